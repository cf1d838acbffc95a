// When sources were purged: what was made of them before is not used any more.
import { digestOf } from '../crypto.ts';
import { within } from '../timing.ts';
import type { ResponseCache } from './response-cache.ts';

export type Purges = {
  /** Milliseconds since 1970 of the last purge of any of the sources; 0 where there was none. */
  last: (sources: readonly string[], background: Background) => Promise<number>;
  /** Resolves once it holds here. */
  purge: (source: string, at: number) => Promise<void>;
};

/** Goes on with work after the answer. */
export type Background = (work: Promise<unknown>) => void;

export type PurgePorts = {
  /** Near, and shared by all that must see a purge at once. */
  near: Pick<ResponseCache, 'match' | 'put'>;
  /** Far, and shared by all. Without it, a purge holds where it was asked for only. */
  far?: {
    get: (key: string) => Promise<string | undefined>;
    put: (key: string, text: string) => Promise<void>;
  };
  wait: (ms: number) => Promise<void>;
  log: (entry: Record<string, unknown>) => void;
};

/** For so many seconds a place does not look whether a source was purged elsewhere. */
const ELSEWHERE_SECONDS = 60;
/** Longer than any answer is kept. */
const FOR_GOOD_SECONDS = 400 * 86_400;
/** A slow store holds up no answer. */
const FAR_MS = 500;

/** Over a near and a far store. */
export function createPurges({ near, far, wait, log }: PurgePorts): Purges {
  const seconds = far ? ELSEWHERE_SECONDS : FOR_GOOD_SECONDS;
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
      const text = await within({ ms: FAR_MS, wait }, far.get(key), () => {
        throw new Error(`no answer within ${FAR_MS} ms`);
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
