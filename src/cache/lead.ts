// Makes an answer, stores it, and gives it to the requests that wait for it.
import { AppError, type ErrorCode } from '../errors.ts';
import type { Answered, Asked, Made } from './answer-types.ts';
import { cacheStatus } from './cache-status.ts';
import type { Flights } from './flights.ts';
import type { Purged } from './purges.ts';
import type { Recent } from './recent.ts';
import { fromStore, withHeaders } from './sent-answer.ts';
import type { StoredAnswers } from './stored-answers.ts';

/** The leader's result for the requests that wait, as plain data. */
export type Outcome =
  | { kind: 'answer'; body: Uint8Array<ArrayBuffer>; headers: Headers; at: number }
  | { kind: 'stored' }
  | { kind: 'known'; tag: string; control: string }
  | { kind: 'unshared' }
  /** The leader's client is gone, and the work was given up. */
  | { kind: 'left' }
  | { kind: 'error'; error: unknown };

export type CacheParts = {
  stored: StoredAnswers;
  flights: Flights<Outcome>;
  /** Keys of answers that were stored recently. */
  finished: Recent;
  /** Milliseconds since 1970. */
  date: () => number;
  /** A timer of the request that calls it. */
  wait: (ms: number) => Promise<void>;
};

/** Data that a request has before it asks for work. */
export type Before = {
  /** Tag of the stored answer. */
  tag: string | undefined;
  /** Validator of the stored answer's only source. */
  validator: string | undefined;
  /** The last purge of any of the sources. */
  purged: Purged;
};

type Lead = {
  /** Whether a client waits for the answer. */
  sent: boolean;
  /** Gives the outcome to the followers. Later requests make the answer themselves; if `until` is given, only after it has settled. */
  finish: (outcome: Outcome, until?: Promise<unknown>) => Promise<void>;
  parts: CacheParts;
};

/** Most bytes of an answer that is shared in memory; followers read larger ones from the store. */
const MAX_SHARED_BYTES = 512 * 1024;
/** How long a "source missing" answer is stored, in seconds. */
const MISSING_SECONDS = 10;

/** Makes the answer. Throws what `asked.make` throws; the followers get the same error. */
export async function lead<T>(asked: Asked<T>, before: Before, use: Lead): Promise<Answered<T>> {
  const { key, background } = asked;
  const { sent, finish, parts } = use;
  const at = parts.date();
  let made: Made<T>;
  try {
    made = await asked.make({ ...before, sent });
    const renewed = made.kind === 'unchanged' ? await parts.stored.renew(key, at) : undefined;
    if (renewed) {
      parts.finished.add(key);
      background(finish({ kind: 'stored' }));
      return fromStore(renewed, { forwarded: 'stale', detail: 'renewed' });
    }
    if (made.kind === 'unchanged')
      made = await asked.make({ ...before, tag: undefined, validator: undefined, sent });
  } catch (error) {
    if (sent && asked.gone?.aborted) background(finish({ kind: 'left' }));
    else background(finish({ kind: 'error', error }, keepError(error, { key, at, before, parts })));
    throw error;
  }
  return conclude(asked, made, { ...use, at, before });
}

async function conclude<T>(
  { key, background }: Asked<T>,
  made: Made<T>,
  { at, before, finish, parts }: Lead & { at: number; before: Before },
): Promise<Answered<T>> {
  if (made.kind === 'unchanged') throw new Error('expected an answer, there is none stored');
  if (made.kind === 'known') {
    const { tag, control } = made;
    background(finish({ kind: 'known', tag, control }));
    return { kind: 'known', from: 'work', tag, control };
  }
  if (made.kind === 'unshared') {
    const forgets = made.forget && before.tag !== undefined;
    background(finish({ kind: 'unshared' }, forgets ? parts.stored.remove(key) : undefined));
    return { kind: 'unshared', from: 'work', value: made.value };
  }
  const { body, headers, validator } = made;
  // A macrotask later, so that the client's response leaves first: the first store of an isolate takes milliseconds of its thread.
  const kept = parts
    .wait(0)
    .then(() => parts.stored.put(key, new Response(body, { headers }), at, validator))
    .then(() => parts.finished.add(key));
  background(
    body.byteLength <= MAX_SHARED_BYTES
      ? finish({ kind: 'answer', body, headers, at }, kept)
      : kept.then(() => finish({ kind: 'stored' })),
  );
  const forwarded = before.tag === undefined ? 'miss' : 'stale';
  const all = withHeaders(headers, { 'Cache-Status': cacheStatus({ forwarded }) });
  return { kind: 'answer', from: 'work', body, headers: all };
}

/** Errors of the service, which say nothing about the source. */
const SERVICE_CODES: readonly ErrorCode[] = ['internal', 'model_missing'];

/** Removes the stored answer if the error is permanent. Stores the error briefly if the source is missing. */
async function keepError(
  error: unknown,
  { key, at, before, parts }: { key: string; at: number; before: Before; parts: CacheParts },
): Promise<void> {
  if (!(error instanceof AppError) || error.retryable || SERVICE_CODES.includes(error.code)) return;
  if (before.tag !== undefined) await parts.stored.remove(key);
  if (error.code !== 'source_missing') return;
  await parts.stored.putError(key, error, { at, seconds: MISSING_SECONDS });
  parts.finished.add(key);
}
