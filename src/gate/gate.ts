// Lets work into one isolate: as much as its memory holds, exclusive work one at a time, the rest in a bounded queue.
import { AppError } from '../errors.ts';
import { createMemory, type Held, type Need } from './memory.ts';
import {
  createQueue,
  type QueuePorts,
  type Waiter,
  type Waiting,
  type WaitingLimits,
} from './queue.ts';

export type GateLimits = WaitingLimits & {
  /** Work of more predicted milliseconds is exclusive, and so is work in the large memory, which one at a time can use. */
  exclusiveMs: number;
  /** Most light (not exclusive) works at once, in addition to an exclusive one. */
  maxLight: number;
  /** How long works behind a work that waits for memory may overtake it. */
  overtakeMs: number;
  /** Work that has not left after this long is dropped: its request was cancelled. Normally the platform code runs work to its end. */
  leaseMs: number;
};

export const gateLimits: GateLimits = {
  maxQueued: 32,
  maxQueuedMs: 8000,
  maxWaitMs: 10_000,
  patient: { maxQueued: 100, maxQueuedMs: 20_000, maxWaitMs: 20_000 },
  exclusiveMs: 100,
  maxLight: 2,
  overtakeMs: 1000,
  leaseMs: 60_000,
};

export type GatePorts = QueuePorts & {
  /** Bytes for pixels and WASM memories. */
  capacityBytes: number;
  heaps: () => Held;
  limits?: Partial<GateLimits>;
};

/** Predicted milliseconds and bytes of one piece of work. */
export type Demand = Need & { ms: number };

/** Gives the slot back; a second call does nothing. */
export type Leave = () => void;

export type GateState = {
  exclusive: number;
  light: number;
  queued: number;
  /** Memory in use: of heaps, and as predicted for work inside. */
  bytes: number;
  refused: number;
  /** Works that were dropped because they never left. */
  lost: number;
};

export type Gate = {
  /**
   * Waits for a slot. Throws `busy` with `retryAfter`, at once if the queue is full, or after too long a wait; `over_budget` for
   * work that does not fit into an empty isolate.
   */
  enter: (demand: Demand, waiting?: Waiting) => Promise<Leave>;
  /** Throws `busy` if the queue has no room even for the lightest work; to be called before a request does anything else. */
  check: (waiting?: Waiting) => void;
  state: () => GateState;
};

const NOTHING: Demand = { ms: 0, bytes: 0, heap: 0 };

type Holder = { demand: Demand; since: number; activeMs: number };

/** A gate with no work inside. */
export function createGate(ports: GatePorts): Gate {
  const { capacityBytes, heaps, now } = ports;
  const limits = { ...gateLimits, ...ports.limits };
  const queue = createQueue<Demand>(limits, ports);
  const memory = createMemory(heaps);
  const holders = new Set<Holder>();
  let lost = 0;

  const isExclusive = ({ ms, heap }: Demand): boolean => ms > limits.exclusiveMs || heap > 0;
  const running = (exclusive: boolean): number =>
    [...holders].filter(({ demand }) => isExclusive(demand) === exclusive).length;

  const leave = (holder: Holder): void => {
    if (holders.delete(holder)) memory.release(holder.demand);
  };
  const dropLost = (): void => {
    const activeMs = queue.activeMs();
    for (const holder of holders) {
      if (activeMs - holder.activeMs <= limits.leaseMs) continue;
      leave(holder);
      lost++;
    }
  };

  function tryEnter(mine: Demand, ahead: readonly Waiter<Demand>[]): Leave | undefined {
    dropLost();
    // Works ahead that could enter now will do so on their own turns, so their slots count as taken.
    const free = { exclusive: 1 - running(true), light: limits.maxLight - running(false) };
    const taken = { bytes: 0, heap: 0 };
    const fits = (demand: Demand): boolean => memory.inUse(sumOf(taken, demand)) <= capacityBytes;
    for (const { demand, waitedMs } of ahead) {
      const kind = isExclusive(demand) ? 'exclusive' : 'light';
      if (free[kind] <= 0) continue;
      if (fits(demand)) {
        free[kind]--;
        Object.assign(taken, sumOf(taken, demand));
      } else {
        if (waitedMs > limits.overtakeMs) return undefined;
        // Exclusive works keep their order.
        if (kind === 'exclusive') free.exclusive = 0;
      }
    }
    if (free[isExclusive(mine) ? 'exclusive' : 'light'] <= 0) return undefined;
    // Memories never shrink and could keep the largest work out for ever, so it may enter when it is alone.
    const alone = holders.size === 0 && taken.bytes + taken.heap === 0;
    if (!alone && !fits(mine)) return undefined;
    const holder = { demand: mine, since: now(), activeMs: queue.activeMs() };
    holders.add(holder);
    memory.hold(mine);
    return () => leave(holder);
  }

  // Light work does not wait for exclusive work that has not begun.
  function frontMs(mine: Demand, ahead: readonly Waiter<Demand>[]): number {
    let ms = 0;
    for (const { demand, since } of holders) ms += Math.max(0, demand.ms - (now() - since));
    for (const { demand } of ahead) if (isExclusive(mine) || !isExclusive(demand)) ms += demand.ms;
    return ms;
  }

  return {
    async enter({ ms, bytes, heap }, waiting) {
      const demand = { ms, bytes, heap };
      if (!(bytes + heap <= capacityBytes)) {
        throw new AppError(
          'over_budget',
          `expected at most ${capacityBytes} bytes of memory, this work needs ${bytes + heap}`,
        );
      }
      return queue.enqueue({
        demand,
        tryEnter: (ahead) => tryEnter(demand, ahead),
        frontMs: (ahead) => frontMs(demand, ahead),
        waiting,
      });
    },
    check: (waiting) => queue.check((ahead) => frontMs(NOTHING, ahead), waiting),
    state: () => ({
      exclusive: running(true),
      light: running(false),
      queued: queue.queued(),
      bytes: memory.inUse(),
      refused: queue.refused(),
      lost,
    }),
  };
}

const sumOf = (a: Need, b: Need): Need => ({
  bytes: a.bytes + b.bytes,
  heap: a.heap + b.heap,
});
