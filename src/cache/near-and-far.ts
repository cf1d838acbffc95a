// A near and a far store for answers: an answer that is missing in the near one is read from the far one. Vectors have a chain of their
// own (`render/vector-tiers.ts`): they do not expire and are not deleted, and a store of theirs that fails is an error.
import { within } from '../timing.ts';
import { readFreshness } from './freshness.ts';
import type { ResponseCache } from './response-cache.ts';

export type NearAndFarPorts = {
  near: ResponseCache;
  far: ResponseCache;
  wait: (ms: number) => Promise<void>;
  log: (entry: Record<string, unknown>) => void;
  /** Timeout of a read from the far store, in milliseconds. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 1000;
/** Answers with a shorter life are not put into the far store, in seconds. */
const MIN_FAR_SECONDS = 3600;

/** Joins the stores. Failures of the far store are logged, and never fail a request. */
export function nearAndFar({
  near,
  far,
  wait,
  log,
  timeoutMs = TIMEOUT_MS,
}: NearAndFarPorts): ResponseCache {
  const failed =
    (event: string) =>
    (error: unknown): undefined =>
      void log({ event, message: String(error) });

  async function fromFar(key: string): Promise<Response | undefined> {
    let late = false;
    const found = far.match(key).then((response) => {
      if (late) response?.body?.cancel().catch(() => {});
      return response;
    });
    return within({ ms: timeoutMs, wait }, found, () => {
      late = true;
      throw new Error(`no answer within ${timeoutMs} ms`);
    });
  }

  return {
    async match(key) {
      const known = await near.match(key);
      if (known) return known;
      const found = await fromFar(key).catch(failed('far_match_failed'));
      if (!found) return undefined;
      // The near store keeps it for the life that its headers state.
      await near.put(key, found.clone()).catch(failed('near_put_failed'));
      return found;
    },
    async put(key, response) {
      if (lifeOf(response) < MIN_FAR_SECONDS) return near.put(key, response);
      const copy = response.clone();
      await Promise.all([
        near.put(key, response),
        far.put(key, copy).catch(failed('far_put_failed')),
      ]);
    },
    async delete(key) {
      await Promise.all([near.delete(key), far.delete(key).catch(failed('far_delete_failed'))]);
    },
  };
}

const lifeOf = ({ headers }: Response): number =>
  readFreshness(headers.get('Cache-Control') ?? '').maxAge;
