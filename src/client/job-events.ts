// Follows a job's events and reconnects if a connection is lost.
import { AppError } from '../errors.ts';
import type { Job, JobProgress } from '../jobs/job.ts';
import { sleep, within } from '../timing.ts';
import { type RequestPorts, request } from './request.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';

/** Events of a running job; their `id`s increase. */
export type JobEvent =
  | { id: number; type: 'state'; data: Job }
  | { id: number; type: 'progress'; data: JobProgress }
  | { id: number; type: 'preview'; data: NonNullable<Job['preview']> };

export type FollowOptions = {
  /** Stops following; the job continues. */
  signal?: AbortSignal;
  /** The `id` of the last event already received. */
  after?: number;
  /** Milliseconds of silence after which a connection counts as lost; the service sends something every 15 s. */
  silenceMs?: number;
  /** Milliseconds before each reconnection, by the number of failures in a row; when the list is used up, following fails. */
  pausesMs?: readonly number[];
};

const SILENCE_MS = 45_000;
const PAUSES_MS = [500, 1000, 2000, 5000, 10_000, 30_000, 30_000, 30_000];
const TYPES = ['state', 'progress', 'preview'];
const FINAL = ['succeeded', 'failed', 'canceled'];

/**
 * Yields events until the job has ended. A connection that breaks or falls silent is replaced by one that continues after the last
 * event. Throws `job_missing`, and the last failure when all reconnections are used up.
 */
export async function* followJob(
  path: string,
  options: FollowOptions,
  ports: RequestPorts,
): AsyncGenerator<JobEvent, void, undefined> {
  const { signal, silenceMs = SILENCE_MS, pausesMs = PAUSES_MS } = options;
  let after = options.after ?? 0;
  let failures = 0;
  for (;;) {
    let cause: unknown;
    try {
      for await (const event of connection(path, { after, silenceMs, signal }, ports)) {
        failures = 0;
        after = event.id;
        if (!TYPES.includes(event.type)) continue;
        const parsed = { ...event, data: JSON.parse(event.data) } as JobEvent;
        yield parsed;
        if (parsed.type === 'state' && FINAL.includes(parsed.data.state)) return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AppError && !error.retryable) throw error;
      cause = error;
    }
    const pause = pausesMs[failures++];
    if (pause === undefined) throw cause ?? new Error('the connection ended before the job');
    await sleep(pause, signal);
    signal?.throwIfAborted();
  }
}

async function* connection(
  path: string,
  {
    after,
    silenceMs,
    signal,
  }: { after: number; silenceMs: number; signal: AbortSignal | undefined },
  ports: RequestPorts,
): AsyncGenerator<ServerEvent, void, undefined> {
  const headers = {
    Accept: 'text/event-stream',
    ...(after > 0 && { 'Last-Event-ID': String(after) }),
  };
  const { body } = await request(path, { headers, signal }, ports, (response) => response);
  if (!body) return;
  yield* serverEvents(body, (reader) =>
    within({ ms: silenceMs }, reader.read(), () => {
      throw new DOMException(`nothing heard for ${silenceMs} ms`, 'TimeoutError');
    }),
  );
}
