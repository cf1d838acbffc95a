// Submits a job to one backend and follows its answer to the end.
import { type LineLimits, readJobLines } from './lines.ts';
import { lost, lostBecauseOf, type Outcome } from './outcome.ts';
import { refusalOf } from './refusal.ts';
import { type SubmitLimits, submitJob } from './submit.ts';
import { takeLine } from './take-line.ts';
import type { Turn } from './turn.ts';

export type FollowPorts = {
  /** Epoch milliseconds. */
  now: () => number;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Counts seconds that a backend rendered. If it is called again with the same key, the larger number counts. */
  countSeconds: (key: string, seconds: number) => Promise<void>;
};

/** Times in milliseconds. */
export type FollowLimits = Pick<LineLimits, 'silenceMs'> &
  SubmitLimits & {
    /** Longest attempt. */
    attemptMs: number;
  };

/** Runs one turn. Never throws for a failure of the backend. */
export async function followJob(
  turn: Turn,
  ports: FollowPorts,
  limits: FollowLimits,
): Promise<Outcome> {
  const { session } = turn;
  const connection = new AbortController();
  try {
    const response = await submitJob(turn, connection, { ...limits, sleep: ports.sleep });
    return response.status === 200 && response.body
      ? await followLines(response.body, turn, { ports, limits })
      : await refused(response, turn);
  } catch (error) {
    if (session.over.aborted) return { type: 'over' };
    return connection.signal.aborted
      ? lost('it did not take the job in time')
      : lostBecauseOf(error);
  } finally {
    connection.abort();
  }
}

// Limits differ between backends: one may refuse a checkpoint that another has saved. The next attempt starts without it.
async function refused(response: Response, { opened, session }: Turn): Promise<Outcome> {
  if (response.status !== 413 || !opened.head.checkpoint) return refusalOf(response);
  await response.body?.cancel();
  const { going } = await session.report({ type: 'checkpoint_refused' });
  return going ? lost('it takes no checkpoint as large as the one of the job') : { type: 'over' };
}

async function followLines(
  stream: ReadableStream<Uint8Array>,
  turn: Turn,
  { ports, limits }: { ports: FollowPorts; limits: FollowLimits },
): Promise<Outcome> {
  const { session } = turn;
  let { startedAt } = turn;
  let reported: number | undefined;
  try {
    for await (const line of readJobLines(stream, { ...limits, sleep: ports.sleep })) {
      if (line.type === 'started' || line.type === 'progress') startedAt ??= ports.now();
      if ('seconds' in line) {
        reported = line.seconds;
        await countSeconds(reported, turn, ports);
      }
      const outcome = await takeLine(line, turn);
      if (outcome) return outcome;
      if (ports.now() - turn.beganAt > limits.attemptMs) {
        await cancelThere(turn);
        return lost(`it took longer than ${Math.ceil(limits.attemptMs / 1000)} s`);
      }
      if (ports.now() >= turn.until) return { type: 'unfinished' };
    }
    return lost('its answer ended before the job did');
  } catch (error) {
    return session.over.aborted ? { type: 'over' } : lostBecauseOf(error);
  } finally {
    if (session.canceled()) await cancelThere(turn);
    // Until the backend reports its rendering time, the observed time counts.
    if (startedAt !== undefined && reported === undefined) {
      await countSeconds((ports.now() - startedAt) / 1000, turn, ports);
    }
  }
}

// A job does not fail because its time could not be counted.
async function countSeconds(
  seconds: number,
  { spec, opened: { head } }: Turn,
  ports: FollowPorts,
): Promise<void> {
  await ports.countSeconds(`${spec.id}.${head.run}.${head.attempt}`, seconds).catch(() => {});
}

async function cancelThere({ spec, opened, backend, connectMs }: Turn): Promise<void> {
  const timeout = AbortSignal.timeout(connectMs);
  await backend.cancel({ id: spec.id, run: opened.head.run }, timeout).catch(() => {});
}
