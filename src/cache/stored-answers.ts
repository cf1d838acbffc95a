// Stored answers with their ages: looks up, stores, renews and removes them, and stores errors.
import type { AppError } from '../errors.ts';
import { type Entry, fromStored, storedError, toStored } from './entry.ts';
import { readFreshness, type State, stateOf } from './freshness.ts';
import type { ResponseCache } from './response-cache.ts';

/** A stored answer that may still be used. The caller must send or discard its body. */
export type Found = Entry & {
  state: Exclude<State, 'expired'>;
  tag: string | undefined;
  /** Whole seconds since it was made; `ttl`: until it is stale. */
  age: number;
  ttl: number;
};

export type StoredAnswers = {
  /** The stored answer, unless it was made at `purgedAt` or before, or has expired. Throws a stored error. */
  lookUp: (key: string, purgedAt: number | Promise<number>) => Promise<Found | undefined>;
  put: (key: string, response: Response, at: number, validator?: string) => Promise<void>;
  /** Sets the time of a stored answer to `at`, and returns it; undefined if it is gone. */
  renew: (key: string, at: number) => Promise<Found | undefined>;
  putError: (key: string, error: AppError, use: { at: number; seconds: number }) => Promise<void>;
  remove: (key: string) => Promise<void>;
};

export type StorePorts = {
  store: ResponseCache;
  /** Milliseconds since 1970. */
  date: () => number;
  log: (entry: Record<string, unknown>) => void;
};

/** Stored answers over a store. Failures of the store are logged, and never fail a request. */
export function createStoredAnswers({ store, date, log }: StorePorts): StoredAnswers {
  const failed =
    (event: string) =>
    (error: unknown): undefined =>
      void log({ event, message: String(error) });
  const read = async (key: string): Promise<Entry | undefined> => {
    const stored = await store.match(key).catch(failed('cache_match_failed'));
    return stored && fromStored(stored);
  };
  const put = (key: string, stored: Response): Promise<void> =>
    store.put(key, stored).catch(failed('cache_put_failed'));

  async function lookUp(key: string, purged: number | Promise<number>): Promise<Found | undefined> {
    const [entry, purgedAt] = await Promise.all([read(key), purged]);
    if (!entry) return undefined;
    const found = foundOf(entry, date());
    if (entry.about.at > purgedAt && found.state !== 'expired') {
      if (!entry.about.error) return found as Found;
      await discard(entry);
      throw storedError(entry.about.error);
    }
    await discard(entry);
    return undefined;
  }

  return {
    lookUp,
    put: (key, { body, headers }, at, validator) =>
      put(key, toStored(body, headers, { at, ...(validator !== undefined && { validator }) })),
    async renew(key, at) {
      const entry = await read(key);
      if (!entry) return undefined;
      await put(key, toStored(entry.body, entry.headers, { ...entry.about, at }));
      return lookUp(key, 0);
    },
    async putError(key, { code, message, param }, { at, seconds }) {
      const headers = new Headers({ 'Cache-Control': `public, max-age=${seconds}` });
      const error = { code, message, ...(param !== undefined && { param }) };
      await put(key, toStored(null, headers, { at, error }));
    },
    remove: (key) => store.delete(key).catch(failed('cache_delete_failed')),
  };
}

/** Cancels a body that is not read. */
export const discard = async ({
  body,
}: {
  body: ReadableStream<Uint8Array> | null;
}): Promise<void> => {
  await body?.cancel().catch(() => {});
};

function foundOf(entry: Entry, now: number): Omit<Found, 'state'> & { state: State } {
  const freshness = readFreshness(entry.about.control);
  const age = Math.max(0, Math.floor((now - entry.about.at) / 1000));
  return {
    ...entry,
    state: stateOf(freshness, age),
    tag: entry.headers.get('ETag') ?? undefined,
    age,
    ttl: freshness.maxAge - age,
  };
}
