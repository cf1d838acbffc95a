// Answers under their keys: stored, made once for all who ask at the same time, made anew behind their backs once they are stale.
import { AppError, type ErrorCode } from '../errors.ts';
import type { AnswerCache, Answered, Asked, Made } from './answer-types.ts';
import { type CacheStatus, cacheStatus } from './cache-status.ts';
import { createFlights } from './flights.ts';
import type { Purges } from './purges.ts';
import { createRecent } from './recent.ts';
import type { ResponseCache } from './response-cache.ts';
import { createStoredAnswers, discard, type Found } from './stored-answers.ts';

export type AnswerCachePorts = {
  store: ResponseCache;
  purges: Purges;
  /** A timer of the request that calls it. */
  wait: (ms: number) => Promise<void>;
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Milliseconds since 1970. */
  date: () => number;
  log: (entry: Record<string, unknown>) => void;
};

/** What a flight leaves for those who follow: plain data. */
type Outcome =
  | { kind: 'answer'; body: Uint8Array<ArrayBuffer>; headers: Headers; at: number }
  | { kind: 'stored' }
  | { kind: 'known'; tag: string }
  | { kind: 'aside' }
  | { kind: 'error'; error: unknown };

type Land = (outcome: Outcome, until?: Promise<unknown>) => Promise<void>;

/** What a request knows before it asks for work. */
type Before = { tag: string | undefined; validator: string | undefined; purgedAt: number };

/** Larger answers are handed on through the store. */
const SHARED_BYTES = 512 * 1024;
/** After a stale answer could not be made anew, it is not tried again for so long. */
const RETRY_MS = 10_000;
/** A missing source is not asked for again for so long. */
const MISSING_SECONDS = 10;
/** For so long after an answer was stored, requests may be on their way that had not found it. */
const LATE_MS = 2000;
const MOST_NAMES = 1000;

/** The cache over its ports. */
export function createAnswerCache(ports: AnswerCachePorts): AnswerCache {
  const { purges, date, log } = ports;
  const stored = createStoredAnswers(ports);
  const flights = createFlights<Outcome>(ports);
  const failing = createRecent({ most: MOST_NAMES, ms: RETRY_MS, now: date });
  const landed = createRecent({ most: MOST_NAMES, ms: LATE_MS, now: date });

  async function answer<T>(asked: Asked<T>): Promise<Answered> {
    const { key, sources, background } = asked;
    const purged = purges.last(sources, background);
    const found = await stored.lookUp(key, purged);
    const { tag, about } = found ?? {};
    const before = { tag, validator: about?.validator, purgedAt: await purged };
    if (found?.state === 'stale') background(renew(asked, before));
    if (found && found.state !== 'last') return fromStore(found, { hit: true });
    if (found) await discard(found);
    try {
      return await forward(asked, before);
    } catch (error) {
      const last = found && failsForNow(error) && (await stored.lookUp(key, before.purgedAt));
      if (!last) throw error;
      return fromStore(last, { forwarded: 'stale', detail: (error as AppError).code });
    }
  }

  /** Leads, or takes what came of a flight that is up. */
  async function forward<T>(asked: Asked<T>, before: Before): Promise<Answered> {
    for (;;) {
      const there = await elsewhere(asked, before);
      if (there) return there;
      const late = landed.has(asked.key) && (await sharedOf(asked.key, { kind: 'stored' }, before));
      if (late) return late;
      const seat = flights.board(asked.key);
      if (seat.leads) return lead(asked, before, { sent: true, land: seat.land });
      const outcome = await seat.outcome();
      if (outcome?.kind === 'error') throw outcome.error;
      const known = outcome?.kind === 'known' ? asked.known(outcome.tag) : undefined;
      if (known) return { response: known, from: 'others' };
      // Nobody leads any more, or for others only.
      if (!outcome || outcome.kind === 'known') continue;
      const shared =
        (await sharedOf(asked.key, outcome, before)) ?? (await elsewhere(asked, before));
      return shared ?? lead(asked, before, { sent: true, land: async () => {} });
    }
  }

  async function elsewhere<T>(
    asked: Asked<T>,
    { purgedAt }: Before,
  ): Promise<Answered | undefined> {
    const response = await asked.elsewhere(purgedAt);
    return response && { response, from: 'work' };
  }

  /** The answer that somebody else made; undefined where it is not for all, gone, or made before a purge. */
  async function sharedOf(
    key: string,
    outcome: Outcome,
    { purgedAt }: Before,
  ): Promise<Answered | undefined> {
    const status = { forwarded: 'miss', collapsed: true } as const;
    if (outcome.kind === 'answer' && outcome.at > purgedAt) {
      const response = withHeaders(outcome, { 'Cache-Status': cacheStatus(status) });
      return { response, from: 'others' };
    }
    if (outcome.kind !== 'stored') return undefined;
    const found = await stored.lookUp(key, purgedAt);
    if (found?.state === 'fresh') return { ...fromStore(found, status), from: 'others' };
    if (found) await discard(found);
    return undefined;
  }

  /** Makes the answer, stores it, and leaves it to those who follow. */
  async function lead<T>(
    asked: Asked<T>,
    before: Before,
    { sent, land }: { sent: boolean; land: Land },
  ): Promise<Answered> {
    const { key, background } = asked;
    const at = date();
    let made: Made<T>;
    try {
      made = await asked.make({ ...before, sent });
      const renewed = made.kind === 'unchanged' ? await stored.renew(key, at) : undefined;
      if (renewed) {
        landed.add(key);
        background(land({ kind: 'stored' }));
        return fromStore(renewed, { forwarded: 'stale', detail: 'renewed' });
      }
      if (made.kind === 'unchanged')
        made = await asked.make({ ...before, tag: undefined, validator: undefined, sent });
    } catch (error) {
      background(land({ kind: 'error', error }, keepError(key, error, { at, before })));
      throw error;
    }
    return conclude(asked, made, { at, before, land });
  }

  async function conclude<T>(
    { key, background, finish }: Asked<T>,
    made: Made<T>,
    { at, before, land }: { at: number; before: Before; land: Land },
  ): Promise<Answered> {
    if (made.kind === 'unchanged') throw new Error('expected an answer, there is none stored');
    if (made.kind === 'known') {
      background(land({ kind: 'known', tag: made.tag }));
      return { response: made.response, from: 'work' };
    }
    if (made.kind === 'aside') {
      background(land({ kind: 'aside' }));
      return { response: await finish(made.value), from: 'work' };
    }
    const { body, headers, validator } = made;
    const kept = stored
      .put(key, new Response(body, { headers }), at, validator)
      .then(() => landed.add(key));
    background(
      body.byteLength <= SHARED_BYTES
        ? land({ kind: 'answer', body, headers, at }, kept)
        : kept.then(() => land({ kind: 'stored' })),
    );
    const forwarded = before.tag === undefined ? 'miss' : 'stale';
    const response = withHeaders(made, { 'Cache-Status': cacheStatus({ forwarded }) });
    return { response, from: 'work' };
  }

  /** What is stored is replaced by an error that will stay; that a source is missing is remembered for a moment. */
  async function keepError(
    key: string,
    error: unknown,
    { at, before }: { at: number; before: Before },
  ): Promise<void> {
    if (!(error instanceof AppError) || error.retryable || OF_OURS.includes(error.code)) return;
    if (before.tag !== undefined) await stored.remove(key);
    if (error.code !== 'source_missing') return;
    await stored.putError(key, error, { at, seconds: MISSING_SECONDS });
    landed.add(key);
  }

  /** Makes a stale answer anew, unless somebody does, or nobody could just now. */
  async function renew<T>(asked: Asked<T>, before: Before): Promise<void> {
    const { key } = asked;
    if (flights.isUp(key) || landed.has(key) || failing.has(key)) return;
    const there = await asked.elsewhere(before.purgedAt).catch(() => undefined);
    if (there) return discard(there);
    const seat = flights.board(key);
    if (!seat.leads) return;
    try {
      const { response } = await lead(asked, before, { sent: false, land: seat.land });
      await discard(response);
    } catch (error) {
      failing.add(key);
      log({ event: 'renewal_failed', message: String(error) });
    }
  }

  return {
    answer,
    async match(key) {
      const found = await stored.lookUp(key, 0);
      if (found?.state === 'fresh') return withHeaders(found, {});
      if (found) await discard(found);
      return undefined;
    },
    put: stored.put,
    purgedAt: purges.last,
    purge: (source) => purges.purge(source, date()),
  };
}

/** What says nothing of the source. */
const OF_OURS: readonly ErrorCode[] = ['internal', 'model_missing'];

/** Whether the same may succeed later: a source that is down, a service that is busy. */
const failsForNow = (error: unknown): boolean => error instanceof AppError && error.retryable;

function fromStore(
  found: Found,
  status: { hit: true } | Omit<Extract<CacheStatus, { forwarded: string }>, 'ttl'>,
): Answered {
  const { age, ttl } = found;
  const headers = { Age: String(age), 'Cache-Status': cacheStatus({ ...status, ttl }) };
  return { response: withHeaders(found, headers), from: 'store' };
}

function withHeaders(
  { body, headers }: { body: BodyInit | null; headers: Headers },
  more: Record<string, string>,
): Response {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(more)) all.set(name, value);
  return new Response(body, { headers: all });
}
