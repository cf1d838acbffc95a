// A bounded queue whose waiters poll: none awaits another request, so a request that is cancelled while it waits does not block others.
import { AppError } from '../errors.ts';

export type QueueLimits = {
  /** Most waiters. */
  maxQueued: number;
  /** Most predicted milliseconds of work in front of a waiter. */
  maxQueuedMs: number;
  /** Longest wait, in milliseconds. */
  maxWaitMs: number;
};

/** Limits of requests of two kinds: those for pictures of a page may wait longer than the others, because browsers do not ask again. */
export type WaitingLimits = QueueLimits & { patient: QueueLimits };

/** How a request waits. */
export type Waiting = {
  /** Whether the limits for patient requests hold. */
  patient?: boolean;
  /** When the wait began, by the clock of the ports; now unless given. A request that waits for several things waits once for all. */
  since?: number | undefined;
  /** Aborted when the client is gone. */
  signal?: AbortSignal | undefined;
};

export type QueuePorts = {
  /** Time in milliseconds; only differences count. */
  now: () => number;
  /** A timer of the calling request. workerd ends a request that waits for other requests only. */
  wait: (ms: number) => Promise<void>;
};

export type Waiter<Demand> = { demand: Demand; waitedMs: number };

/** One waiter's request. */
export type QueueRequest<Demand, Entry> = {
  demand: Demand;
  /** Takes a slot if one is free, counting those that the waiters ahead will take; else returns undefined. */
  tryEnter: (ahead: readonly Waiter<Demand>[]) => Entry | undefined;
  /** Predicted milliseconds of work in front. */
  frontMs: (ahead: readonly Waiter<Demand>[]) => number;
  waiting?: Waiting | undefined;
};

export type Queue<Demand> = {
  /** Waits until `tryEnter` returns an entry. Throws `busy`: at once if the queue is full, after too long a wait, or when the signal is aborted. */
  enqueue: <Entry>(request: QueueRequest<Demand, Entry>) => Promise<Entry>;
  /** Throws `busy` if a new request would be refused at once; `frontMs` as for `enqueue`. */
  check: (frontMs: QueueRequest<Demand, unknown>['frontMs'], waiting?: Waiting) => void;
  /** Milliseconds so far, in which a gap without polls, while the isolate was blocked, counts as at most `LONGEST_GAP_MS`. */
  activeMs: () => number;
  queued: () => number;
  /** Refusals so far. */
  refused: () => number;
};

const POLL_MS = [5, 10, 20] as const;

// Longer gaps between polls count as this long: while a computation blocks the isolate, no waiter can poll.
const LONGEST_GAP_MS = 25;

// A waiter that has not polled for this long (about fifteen polls) is dead: its request was cancelled, and its timer with it.
const SILENT_MS = 300;

type Ticket<Demand> = { demand: Demand; since: number; polledAt: number };

/** An empty queue. */
export function createQueue<Demand>(
  allLimits: WaitingLimits,
  { now, wait }: QueuePorts,
): Queue<Demand> {
  const limitsOf = ({ patient }: Waiting): QueueLimits => (patient ? allLimits.patient : allLimits);
  const longestMs = Math.max(allLimits.maxWaitMs, allLimits.patient.maxWaitMs);
  let tickets: Ticket<Demand>[] = [];
  let refused = 0;
  let active = 0;
  let last = now();

  const activeMs = (): number => {
    const time = now();
    active += Math.min(Math.max(0, time - last), LONGEST_GAP_MS);
    last = time;
    return active;
  };
  const alive = (ticket: Ticket<Demand>): boolean => active - ticket.polledAt <= SILENT_MS;
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

  const refuseBehind = (
    ahead: readonly Waiter<Demand>[],
    front: number,
    limits: QueueLimits,
  ): void => {
    if (ahead.length < limits.maxQueued && front <= limits.maxQueuedMs) return;
    throw refuse(front, 'the queue is full');
  };

  return {
    activeMs,
    queued() {
      activeMs();
      return tickets.filter(alive).length;
    },
    refused: () => refused,
    check(frontMs, waiting = {}) {
      activeMs();
      const ahead = tickets.filter(alive).map((other) => ({
        demand: other.demand,
        waitedMs: waited(other),
      }));
      refuseBehind(ahead, frontMs(ahead), limitsOf(waiting));
    },
    async enqueue({ demand, tryEnter, frontMs, waiting = {} }) {
      const limits = limitsOf(waiting);
      activeMs();
      tickets = tickets.filter((other) => alive(other) || waited(other) < longestMs);
      const ticket = { demand, since: waiting.since ?? now(), polledAt: active };
      tickets.push(ticket);
      try {
        for (let turn = 0; ; turn++) {
          if (waiting.signal?.aborted) {
            throw new AppError('busy', 'the client has closed the request', { retryable: true });
          }
          const ahead = before(ticket);
          const entry = tryEnter(ahead);
          if (entry !== undefined) return entry;
          const front = frontMs(ahead);
          if (turn === 0) refuseBehind(ahead, front, limits);
          if (waited(ticket) >= limits.maxWaitMs) {
            throw refuse(front, `expected a turn within ${limits.maxWaitMs} ms, got none`);
          }
          await wait(POLL_MS[Math.min(turn, POLL_MS.length - 1)]!);
          ticket.polledAt = activeMs();
        }
      } finally {
        tickets = tickets.filter((other) => other !== ticket);
      }
    },
  };
}
