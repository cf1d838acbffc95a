// Keeps the result up to date: one request at a time, the newest wins, a busy service is asked again.
import { sleep } from '../../timing.ts';
import type { Answer } from './request.ts';

export type LiveUse<W> = {
  ask: (work: W, signal: AbortSignal) => Promise<Answer>;
  /** Called when a request begins, and with each answer to the newest request. */
  begin: () => void;
  show: (answer: Answer, work: W) => void;
  /** Milliseconds to wait for further changes. */
  quietMs?: number;
};

const QUIET_MS = 70;

/** Longest time for one request, in milliseconds. */
const TIMEOUT_MS = 90_000;

/** Most times that a busy service is asked again, and the longest pause between, in seconds. */
const MOST_RETRIES = 4;
const LONGEST_PAUSE = 5;

export type Live<W> = {
  /** Requests the result of this work soon, in place of an earlier one that has not arrived. */
  update: (work: W, now?: boolean) => void;
  /** Cancels the request that is running, and shows no further answer. */
  stop: () => void;
};

export function createLive<W>({ ask, begin, show, quietMs = QUIET_MS }: LiveUse<W>): Live<W> {
  let current = new AbortController();

  async function run(work: W, quiet: number, stale: AbortSignal): Promise<void> {
    if (quiet > 0) await sleep(quiet, stale);
    if (stale.aborted) return;
    begin();
    for (let tries = 0; ; tries++) {
      const signal = AbortSignal.any([stale, AbortSignal.timeout(TIMEOUT_MS)]);
      const answer = await ask(work, signal).catch((error: unknown) => failureOf(error));
      if (stale.aborted) return;
      const busy = answer.kind === 'problem' && answer.problem.code === 'busy';
      if (!busy || tries >= MOST_RETRIES) return show(answer, work);
      await sleep(1000 * Math.min(LONGEST_PAUSE, answer.retryAfter ?? 1), stale);
      if (stale.aborted) return;
    }
  }

  return {
    update(work, now = false) {
      current.abort();
      current = new AbortController();
      run(work, now ? 0 : quietMs, current.signal).catch(() => {});
    },
    stop: () => current.abort(),
  };
}

function failureOf(error: unknown): Answer {
  const { code = 'internal', message = String(error) } = error as {
    code?: unknown;
    message?: string;
  };
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  const detail = isTimeout ? `no answer within ${TIMEOUT_MS / 1000} s` : message;
  const problem = { code: typeof code === 'string' ? code : 'internal', detail };
  return { kind: 'problem', problem, retryAfter: undefined };
}
