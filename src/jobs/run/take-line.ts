// Handles one line of a backend: reports what it changes in the job, and fetches the blob that it announces.
import type { JobResult } from '../job.ts';
import type { JobLine } from '../protocol.ts';
import type { JobChange } from '../record.ts';
import { writeResult } from '../stored-result.ts';
import { lost, type Outcome } from './outcome.ts';
import { type Announced, type Transferred, transferBlob } from './transfer-blob.ts';
import type { Turn } from './turn.ts';

type LineOf<T extends JobLine['type']> = Extract<JobLine, { type: T }>;

const WRONG_BLOB = 'it sent another picture or checkpoint than it had announced';

/** Undefined if the job goes on. Throws if a result cannot be fetched or stored. */
export async function takeLine(line: JobLine, turn: Turn): Promise<Outcome | undefined> {
  switch (line.type) {
    case 'heartbeat':
      return undefined;
    case 'accepted':
    case 'started':
      return report({ type: line.type }, turn);
    case 'progress': {
      const { type, ...progress } = line;
      return report({ type, progress }, turn);
    }
    case 'preview': {
      const { type, step, ...blob } = line;
      return reportStored(await tryTransfer(type, blob, turn), { type, step, blob }, turn);
    }
    case 'checkpoint': {
      const { type, ...checkpoint } = line;
      return reportStored(await tryTransfer(type, checkpoint, turn), { type, checkpoint }, turn);
    }
    case 'result':
      return takeResult(line, turn);
    case 'error':
      return outcomeOf(line, turn);
    case 'canceled':
      return (await report({ type: 'alive' }, turn)) ?? lost('it gave the job up');
  }
}

async function report(change: JobChange, { session }: Turn): Promise<Outcome | undefined> {
  const { going } = await session.report(change);
  return going ? undefined : { type: 'over' };
}

// A job can do without previews and checkpoints, so a failed transfer does not end the attempt.
async function tryTransfer(
  kind: 'preview' | 'checkpoint',
  announced: Announced,
  turn: Turn,
): Promise<Transferred | 'failed'> {
  try {
    return await transferBlob(kind, announced, turn);
  } catch {
    return 'failed';
  }
}

async function reportStored(
  transferred: Transferred | 'failed',
  change: JobChange,
  turn: Turn,
): Promise<Outcome | undefined> {
  if (transferred === 'wrong') return lost(WRONG_BLOB);
  return transferred === 'stored' ? report(change, turn) : undefined;
}

async function takeResult(line: LineOf<'result'>, turn: Turn): Promise<Outcome> {
  const { type: _, seconds: __, ...result } = line satisfies JobResult;
  const { spec, session, blobs } = turn;
  if ((await transferBlob('result', result, turn)) !== 'stored') return lost(WRONG_BLOB);
  const name = `${spec.name}.${result.extension}`;
  await writeResult(blobs, spec.id, { result, name });
  await session.report({ type: 'succeeded', result });
  return { type: 'succeeded' };
}

// If a model is missing here, another backend may have it.
function outcomeOf({ code, message, retryable }: LineOf<'error'>, { hasOthers }: Turn): Outcome {
  const mayRetry = retryable || (code === 'model_missing' && hasOthers);
  return { type: mayRetry ? 'lost' : 'failed', error: { code, message } };
}
