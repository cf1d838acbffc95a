// Follows a job's events, over as many connections as it takes.
import { AppError } from '../errors.ts';
import type { Job, JobProgress } from '../jobs/job.ts';
import { sleep, within } from '../timing.ts';
import { type RequestPorts, request } from './request.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';

/** What the service tells of a job while it goes on; the `id`s grow. */
export type JobEvent =
  | { id: number; type: 'state'; data: Job }
  | { id: number; type: 'progress'; data: JobProgress }
  | { id: number; type: 'preview'; data: NonNullable<Job['preview']> };

export type FollowOptions = {
  /** Ends following; the job goes on. */
  signal?: AbortSignal;
  /** The `id` of the last event that is known already. */
  after?: number;
  /** Silence after which a connection counts as lost; the service says something every 15 s. */
  silenceMs?: number;
  /** Pauses before the next connection, the longer the more have failed in a row; after the last one following fails. */
  pausesMs?: readonly number[];
};

const SILENCE_MS = 45_000;
const PAUSES_MS = [500, 1000, 2000, 5000, 10_000, 30_000, 30_000, 30_000];
const TYPES = ['state', 'progress', 'preview'];
const FINAL = ['succeeded', 'failed', 'canceled'];

/**
 * Events until the job has ended. A connection that breaks or falls silent is replaced by one that goes on behind the last event.
 * Throws `job_missing`, and once all pauses are spent what went wrong last.
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
        if (TYPES.includes(event.type)) yield parsed(event);
        if (isEnd(event)) return;
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

const parsed = ({ id, type, data }: ServerEvent): JobEvent =>
  ({ id, type, data: JSON.parse(data) }) as JobEvent;

const isEnd = ({ type, data }: ServerEvent): boolean =>
  type === 'state' && FINAL.includes((JSON.parse(data) as Job).state);
