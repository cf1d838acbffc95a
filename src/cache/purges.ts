// Records when sources were purged; answers made before that are not used.
import { digestOf } from '../crypto.ts';
import { within } from '../timing.ts';
import type { ResponseCache } from './response-cache.ts';

export type Purges = {
  /** Milliseconds since 1970 of the last purge of any of the sources; 0 if there was none. */
  last: (sources: readonly string[], background: Background) => Promise<number>;
  /** Records a purge; resolves when it holds at this data centre. */
  purge: (source: string, at: number) => Promise<void>;
};

/** Lets work continue after the answer was sent. */
export type Background = (work: Promise<unknown>) => void;

export type PurgePorts = {
  /** Store of this data centre; all who share it see a purge at once. */
  near: Pick<ResponseCache, 'match' | 'put'>;
  /** Store that all data centres share. Without it, a purge holds only at the data centre that got the request. */
  far?: {
    get: (key: string) => Promise<string | undefined>;
    put: (key: string, text: string) => Promise<void>;
  };
  wait: (ms: number) => Promise<void>;
  log: (entry: Record<string, unknown>) => void;
};

/** How long the near store keeps a purge time before it is read from the far store again, in seconds. */
const RECHECK_SECONDS = 60;
/** How long the near store keeps a purge without a far store, in seconds; longer than any answer is stored. */
const NEAR_ONLY_SECONDS = 400 * 86_400;
/** Timeout of a read from the far store, in milliseconds. */
const FAR_TIMEOUT_MS = 500;

/** Makes the record of purges over a near and a far store. */
export function createPurges({ near, far, wait, log }: PurgePorts): Purges {
  const seconds = far ? RECHECK_SECONDS : NEAR_ONLY_SECONDS;
  const keep = (key: string, at: number): Promise<void> =>
    near.put(
      key,
      new Response(String(at), { headers: { 'Cache-Control': `public, max-age=${seconds}` } }),
    );
  const failed = (error: unknown): void =>
    log({ event: 'purge_lookup_failed', message: String(error) });

  async function lastOf(source: string, background: Background): Promise<number> {
    const key = await keyOf(source);
    try {
      const known = await near.match(key);
      if (known) return timeIn(await known.text());
      if (!far) return 0;
      const text = await within({ ms: FAR_TIMEOUT_MS, wait }, far.get(key), () => {
        throw new Error(`no answer within ${FAR_TIMEOUT_MS} ms`);
      });
      const at = timeIn(text ?? '');
      background(keep(key, at).catch(failed));
      return at;
    } catch (error) {
      failed(error);
      return 0;
    }
  }

  return {
    last: async (sources, background) =>
      Math.max(0, ...(await Promise.all(sources.map((source) => lastOf(source, background))))),
    async purge(source, at) {
      const key = await keyOf(source);
      await far?.put(key, String(at));
      await keep(key, at);
    },
  };
}

const keyOf = async (source: string): Promise<string> => `purges/${await digestOf(source)}`;

const timeIn = (text: string): number => (/^\d{1,16}$/.test(text) ? Number(text) : 0);
