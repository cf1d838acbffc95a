// The cache of answers: stores them, makes each once for all who ask at the same time, and renews stale ones in the background.
import { AppError } from '../errors.ts';
import type { AnswerCache, Answered, Asked } from './answer-types.ts';
import { createFlights } from './flights.ts';
import { type Before, type CacheParts, lead } from './lead.ts';
import { makeOnce } from './make-once.ts';
import type { Purges } from './purges.ts';
import { createRecent, type Recent } from './recent.ts';
import type { ResponseCache } from './response-cache.ts';
import { fromStore } from './sent-answer.ts';
import { createStoredAnswers, discard } from './stored-answers.ts';

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

/** Time after a failed renewal before the next attempt, in milliseconds. */
const RETRY_MS = 10_000;
/** How long after an answer was stored a request that had not found it may still ask for work, in milliseconds. */
const LATE_MS = 2000;
const MAX_KEYS = 1000;

/** Makes the cache. */
export function createAnswerCache(ports: AnswerCachePorts): AnswerCache {
  const { purges, date, wait } = ports;
  const stored = createStoredAnswers(ports);
  const parts: CacheParts = {
    stored,
    flights: createFlights(ports),
    finished: createRecent({ most: MAX_KEYS, ms: LATE_MS, now: date }),
    date,
    wait,
  };
  const failing = createRecent({ most: MAX_KEYS, ms: RETRY_MS, now: date });
  return {
    answer: (asked) => answer(asked, { ...parts, purges, failing, log: ports.log }),
    async match(key) {
      const found = await stored.lookUp(key, 0);
      if (found?.state === 'fresh') return new Response(found.body, { headers: found.headers });
      if (found) await discard(found);
      return undefined;
    },
    put: stored.put,
    purged: purges.last,
    purge: (source) => purges.purge(source, date()),
  };
}

type AllParts = CacheParts &
  Pick<AnswerCachePorts, 'purges' | 'log'> & {
    /** Keys of answers whose renewal failed recently. */
    failing: Recent;
  };

async function answer<T>(asked: Asked<T>, parts: AllParts): Promise<Answered<T>> {
  const { key, sources, background } = asked;
  const { stored } = parts;
  const purged = parts.purges.last(sources, background);
  const found = await stored.lookUp(
    key,
    purged.then(({ at }) => at),
  );
  const { tag, about } = found ?? {};
  const before = { tag, validator: about?.validator, purged: await purged };
  if (found?.state === 'stale') background(renew(asked, before, parts));
  if (found && found.state !== 'last') return fromStore(found, { hit: true });
  if (found) await discard(found);
  try {
    return await makeOnce(asked, before, parts);
  } catch (error) {
    if (!found || !isTemporary(error)) throw error;
    const last = await stored.lookUp(key, before.purged.at);
    if (!last) throw error;
    return fromStore(last, { forwarded: 'stale', detail: error.code });
  }
}

/** Whether a later attempt may succeed: the source is down, or the service is busy. */
const isTemporary = (error: unknown): error is AppError =>
  error instanceof AppError && error.retryable;

/** Renews a stale answer, unless another request is doing so, or a renewal failed recently. */
async function renew<T>(asked: Asked<T>, before: Before, parts: AllParts): Promise<void> {
  const { key } = asked;
  const { flights, finished, failing, log } = parts;
  if (flights.isRunning(key) || finished.has(key) || failing.has(key)) return;
  const turn = flights.begin(key);
  if (!turn.leads) return;
  try {
    const made = await lead(asked, before, { sent: false, finish: turn.finish, parts });
    if (made.kind === 'answer' && made.body instanceof ReadableStream)
      await discard({ body: made.body });
  } catch (error) {
    failing.add(key);
    log({ event: 'renewal_failed', message: String(error) });
  }
}
