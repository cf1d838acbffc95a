// Hands a job to one backend and follows its lines to the end: reports what they say, fetches and stores what they announce.
import type { Backend } from '../backend/backend.ts';
import type { JobBody } from '../backend/body.ts';
import type { JobSpec } from '../job.ts';
import type { Outcome, RunLimits, RunPorts } from './run.ts';
import { readJobLines } from './lines.ts';
import { lost, lostBy, refusalOf } from './refusal.ts';
import type { RunSession } from './session.ts';
import { takeLine } from './take-line.ts';
import { transferMs } from './transfer-blob.ts';

export type Following = {
  spec: JobSpec;
  body: JobBody;
  backend: Backend;
  session: RunSession;
};

/** Never throws for what a backend does. */
export async function followJob(
  following: Following,
  ports: RunPorts,
  limits: RunLimits,
): Promise<Outcome> {
  const { backend, body, session } = following;
  const connection = new AbortController();
  const timer = new AbortController();
  const signal = AbortSignal.any([connection.signal, session.over]);
  void ports.sleep(limits.connectMs + transferMs(body.bytes), timer.signal).then(() => {
    if (!timer.signal.aborted) connection.abort();
  });
  try {
    const response = await backend.render(body.job, body, signal);
    timer.abort();
    if (response.status === 200 && response.body)
      return await followLines(response.body, following, { ports, limits });
    return await refused(response, following);
  } catch (error) {
    if (session.over.aborted) return { type: 'over' };
    return connection.signal.aborted ? lost('it did not take the job in time') : lostBy(error);
  } finally {
    timer.abort();
    connection.abort();
  }
}

// Backends have limits of their own, so that one may refuse what another saved; the job goes on without it.
async function refused(response: Response, { body, session }: Following): Promise<Outcome> {
  if (response.status !== 413 || !body.job.checkpoint) return refusalOf(response);
  await response.body?.cancel();
  const { going } = await session.report({ type: 'checkpoint_refused' });
  return going ? lost('it takes no checkpoint as large as the one of the job') : { type: 'over' };
}

async function followLines(
  stream: ReadableStream<Uint8Array>,
  following: Following,
  { ports, limits }: { ports: RunPorts; limits: RunLimits },
): Promise<Outcome> {
  const { spec, body, backend, session } = following;
  const { run, attempt } = body.job;
  const began = ports.now();
  let startedAt: number | undefined;
  let counted = false;
  // To lose count is no reason to lose the job.
  const spend = async (seconds: number): Promise<void> => {
    counted = true;
    await ports.spend(`${spec.id}.${run}.${attempt}`, seconds).catch(() => {});
  };
  const endThere = (): Promise<void> =>
    backend.cancel({ id: spec.id, run }, AbortSignal.timeout(limits.connectMs)).catch(() => {});
  try {
    for await (const line of readJobLines(stream, { ...limits, sleep: ports.sleep })) {
      if (line.type === 'started' || line.type === 'progress') startedAt ??= ports.now();
      if ('seconds' in line) await spend(line.seconds);
      const outcome = await takeLine(line, following, { ports, limits });
      if (outcome) return outcome;
      if (ports.now() - began > limits.attemptMs) {
        await endThere();
        return lost(`it took longer than ${Math.ceil(limits.attemptMs / 1000)} s`);
      }
    }
    return lost('its answer ended before the job did');
  } catch (error) {
    return session.over.aborted ? { type: 'over' } : lostBy(error);
  } finally {
    if (session.canceled()) await endThere();
    // One that did not say how long it rendered is counted by what was seen of it.
    if (startedAt !== undefined && !counted) await spend((ports.now() - startedAt) / 1000);
  }
}
