// One line of a backend: what it changes in the job, and whether it was the last.

import type { JobError, JobResult } from '../job.ts';
import type { JobLine } from '../protocol.ts';
import { writeResult } from '../stored-result.ts';
import type { JobChange } from '../record.ts';
import type { Outcome, RunLimits, RunPorts } from './run.ts';
import type { Following } from './follow.ts';
import { lost } from './refusal.ts';
import { type Announced, type Transferred, transferBlob } from './transfer-blob.ts';

type Context = { ports: RunPorts; limits: RunLimits };
type LineOf<T extends JobLine['type']> = Extract<JobLine, { type: T }>;

const OVER: Outcome = { type: 'over' };
const LIED = 'it sent another picture or checkpoint than it had announced';

/** Undefined where the job goes on. Throws where a result cannot be fetched or stored. */
export async function takeLine(
  line: JobLine,
  following: Following,
  context: Context,
): Promise<Outcome | undefined> {
  const tell = async (change: JobChange): Promise<Outcome | undefined> => {
    const { going } = await following.session.report(change);
    return going ? undefined : OVER;
  };
  switch (line.type) {
    case 'heartbeat':
      return undefined;
    case 'accepted':
    case 'started':
      return tell({ type: line.type });
    case 'progress': {
      const { type, ...progress } = line;
      return tell({ type, progress });
    }
    case 'preview': {
      const { type, step, ...blob } = line;
      return whenStored(await fetched('preview', blob, following, context), () =>
        tell({ type, step, blob }),
      );
    }
    case 'checkpoint': {
      const { type, ...checkpoint } = line;
      return whenStored(await fetched('checkpoint', checkpoint, following, context), () =>
        tell({ type, checkpoint }),
      );
    }
    case 'result':
      return takeResult(line, following, context);
    case 'error':
      return ofError(line, context.ports.backends.length);
    case 'canceled':
      return (await tell({ type: 'alive' })) ?? lost('it gave the job up');
  }
}

// Previews and checkpoints help, but a job does not depend on them.
async function fetched(
  blob: 'preview' | 'checkpoint',
  about: Announced,
  following: Following,
  context: Context,
): Promise<Transferred | 'failed'> {
  try {
    return await transferBlob(blob, about, following, context);
  } catch {
    return 'failed';
  }
}

async function whenStored(
  transferred: Transferred | 'failed',
  tell: () => Promise<Outcome | undefined>,
): Promise<Outcome | undefined> {
  if (transferred === 'wrong') return lost(LIED);
  return transferred === 'stored' ? tell() : undefined;
}

async function takeResult(
  line: LineOf<'result'>,
  following: Following,
  context: Context,
): Promise<Outcome> {
  const { type: _, seconds: __, ...result } = line satisfies JobResult;
  const { spec, session } = following;
  const transferred = await transferBlob('result', result, following, context);
  if (transferred !== 'stored') return lost(LIED);
  const name = `${spec.name}.${result.extension}`;
  await writeResult(context.ports.store, spec.id, { result, name });
  await session.report({ type: 'succeeded', result });
  return { type: 'succeeded' };
}

// Another backend may have the model.
function ofError({ code, message, retryable }: LineOf<'error'>, backends: number): Outcome {
  const error: JobError = { code, message };
  const elsewhere = retryable || (code === 'model_missing' && backends > 1);
  return { type: elsewhere ? 'lost' : 'failed', error };
}
