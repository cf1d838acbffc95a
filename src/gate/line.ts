// A bounded line of waiters, each of whom asks for itself: none awaits another request, and one that died in it holds up nobody.
import { AppError } from '../errors.ts';

export type LineLimits = {
  /** Most that may wait. */
  maxQueued: number;
  /** Most predicted milliseconds that may lie in front of one who waits. */
  maxQueuedMs: number;
  /** Longest wait, in milliseconds. */
  maxWaitMs: number;
};

export type LinePorts = {
  /** Milliseconds; only differences count. */
  now: () => number;
  /** A timer of the request that calls it. workerd ends a request that waits without one of its own. */
  wait: (ms: number) => Promise<void>;
};

export type Waiter<Demand> = { demand: Demand; waitedMs: number };

/** What somebody in the line asks of the place that the line is for. */
export type Asks<Demand, Entry> = {
  demand: Demand;
  /** Takes the place, at once, where it is free beside those who stand before. */
  admit: (ahead: readonly Waiter<Demand>[]) => Entry | undefined;
  /** Predicted milliseconds in front. */
  frontMs: (ahead: readonly Waiter<Demand>[]) => number;
  /** Aborted where nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
};

export type Line<Demand> = {
  /** Resolves to what `admit` returned. Throws `busy` where the line is full, at once, where it took too long, or where the signal is aborted. */
  stand: <Entry>(asks: Asks<Demand, Entry>) => Promise<Entry>;
  /** Throws `busy` where whoever came now would be refused at once; `frontMs` as for `stand`. */
  check: (frontMs: Asks<Demand, unknown>['frontMs']) => void;
  /** Milliseconds so far, a stretch in which nobody had a turn counted as one turn. */
  beat: () => number;
  queued: () => number;
  /** Refusals so far. */
  refused: () => number;
};

const POLL_MS = [5, 10, 20] as const;

// A computation that holds the isolate keeps everybody from asking, so it says nothing about who is still alive.
const LONGEST_TURN_MS = 25;

// A waiter of whom nothing was heard for about fifteen of its turns: its request was cancelled, and its timer with it.
const SILENT_MS = 300;

type Ticket<Demand> = { demand: Demand; since: number; heard: number };

/** An empty line. */
export function createLine<Demand>(limits: LineLimits, { now, wait }: LinePorts): Line<Demand> {
  let tickets: Ticket<Demand>[] = [];
  let refused = 0;
  let beats = 0;
  let last = now();

  const beat = (): number => {
    const time = now();
    beats += Math.min(Math.max(0, time - last), LONGEST_TURN_MS);
    last = time;
    return beats;
  };
  const alive = (ticket: Ticket<Demand>): boolean => beats - ticket.heard <= SILENT_MS;
  const waited = (ticket: Ticket<Demand>): number => now() - ticket.since;
  const before = (ticket: Ticket<Demand>): Waiter<Demand>[] =>
    tickets
      .slice(0, tickets.indexOf(ticket))
      .filter(alive)
      .map((other) => ({ demand: other.demand, waitedMs: waited(other) }));

  const refuse = (frontMs: number, why: string): AppError => {
    refused++;
    return new AppError('busy', why, {
      retryable: true,
      retryAfter: Math.max(1, Math.ceil(frontMs / 1000)),
    });
  };

  const refuseBehind = (ahead: readonly Waiter<Demand>[], front: number): void => {
    if (ahead.length < limits.maxQueued && front <= limits.maxQueuedMs) return;
    throw refuse(front, 'as much work as this place takes on is waiting already');
  };

  return {
    beat,
    queued() {
      beat();
      return tickets.filter(alive).length;
    },
    refused: () => refused,
    check(frontMs) {
      beat();
      const ahead = tickets.filter(alive).map((other) => ({
        demand: other.demand,
        waitedMs: waited(other),
      }));
      refuseBehind(ahead, frontMs(ahead));
    },
    async stand({ demand, admit, frontMs, signal }) {
      beat();
      tickets = tickets.filter((other) => alive(other) || waited(other) < limits.maxWaitMs);
      const ticket = { demand, since: now(), heard: beats };
      tickets.push(ticket);
      try {
        for (let turn = 0; ; turn++) {
          if (signal?.aborted) {
            throw new AppError('busy', 'nobody waits for the answer any more', { retryable: true });
          }
          const ahead = before(ticket);
          const entry = admit(ahead);
          if (entry !== undefined) return entry;
          const front = frontMs(ahead);
          if (turn === 0) refuseBehind(ahead, front);
          if (waited(ticket) >= limits.maxWaitMs) {
            throw refuse(front, `expected a turn within ${limits.maxWaitMs} ms, got none`);
          }
          await wait(POLL_MS[Math.min(turn, POLL_MS.length - 1)]!);
          ticket.heard = beat();
        }
      } finally {
        tickets = tickets.filter((other) => other !== ticket);
      }
    },
  };
}
