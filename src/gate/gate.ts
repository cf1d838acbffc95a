// Admits work into one isolate: no more than its memory holds, exclusive work one at a time, and a bounded line of those who wait.
import { AppError } from '../errors.ts';
import { createLine, type LineLimits, type LinePorts, type Waiter } from './line.ts';
import { createMemory, type Held, type Need } from './memory.ts';

export type GateLimits = LineLimits & {
  /** Work of more predicted milliseconds is exclusive; so is what takes the large memory, which only one can have. */
  exclusiveMs: number;
  /** Most light works at once, beside an exclusive one. */
  maxLight: number;
  /** After this wait for memory nobody behind gets any. */
  patienceMs: number;
  /** Work that has not left after so long never will: its request was cancelled. A backstop; the rim sees to it that work runs to its end. */
  leaseMs: number;
};

export const gateLimits: GateLimits = {
  maxQueued: 32,
  maxQueuedMs: 8000,
  maxWaitMs: 10_000,
  exclusiveMs: 100,
  maxLight: 2,
  patienceMs: 1000,
  leaseMs: 60_000,
};

export type GatePorts = LinePorts & {
  /** Bytes for pixels and WASM memories. */
  capacityBytes: number;
  heaps: () => Held;
  limits?: Partial<GateLimits>;
};

/** Predicted milliseconds and bytes of one piece of work. */
export type Demand = Need & { ms: number };

/** Gives the place back; a second call does nothing. */
export type Leave = () => void;

export type GateState = {
  exclusive: number;
  light: number;
  queued: number;
  /** Memory in use by heaps and by what is admitted, as predicted. */
  bytes: number;
  refused: number;
  /** Works that never left. */
  lost: number;
};

export type Gate = {
  /**
   * Waits for a place. Throws `busy`, with `retryAfter`, where the line is full, at once, or the wait too long;
   * `over_budget` for what does not fit an empty isolate.
   */
  enter: (demand: Demand & { signal?: AbortSignal | undefined }) => Promise<Leave>;
  /** Throws `busy` where there is no place even for the lightest work, before anything is done for it. */
  check: () => void;
  state: () => GateState;
};

const NOTHING: Demand = { ms: 0, bytes: 0, heap: 0 };

type Holder = { demand: Demand; since: number; beat: number };

/** A gate with nothing behind it. */
export function createGate(ports: GatePorts): Gate {
  const { capacityBytes, heaps, now } = ports;
  const limits = { ...gateLimits, ...ports.limits };
  const line = createLine<Demand>(limits, ports);
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
    const beat = line.beat();
    for (const holder of holders) {
      if (beat - holder.beat <= limits.leaseMs) continue;
      leave(holder);
      lost++;
    }
  };

  function admit(mine: Demand, ahead: readonly Waiter<Demand>[]): Leave | undefined {
    dropLost();
    // Those ahead who could enter now will, on their own turns: their places count as taken.
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
        if (waitedMs > limits.patienceMs) return undefined;
        // Exclusive work keeps its order.
        if (kind === 'exclusive') free.exclusive = 0;
      }
    }
    if (free[isExclusive(mine) ? 'exclusive' : 'light'] <= 0) return undefined;
    // Memories that never shrink would keep the largest work out for ever: alone, it enters.
    const alone = holders.size === 0 && taken.bytes + taken.heap === 0;
    if (!alone && !fits(mine)) return undefined;
    const holder = { demand: mine, since: now(), beat: line.beat() };
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
    async enter({ ms, bytes, heap, signal }) {
      const demand = { ms, bytes, heap };
      if (!(bytes + heap <= capacityBytes)) {
        throw new AppError(
          'over_budget',
          `expected at most ${capacityBytes} bytes of memory, this work needs ${bytes + heap}`,
        );
      }
      return line.stand({
        demand,
        admit: (ahead) => admit(demand, ahead),
        frontMs: (ahead) => frontMs(demand, ahead),
        signal,
      });
    },
    check: () => line.check((ahead) => frontMs(NOTHING, ahead)),
    state: () => ({
      exclusive: running(true),
      light: running(false),
      queued: line.queued(),
      bytes: memory.inUse(),
      refused: line.refused(),
      lost,
    }),
  };
}

const sumOf = (a: Need, b: Need): Need => ({
  bytes: a.bytes + b.bytes,
  heap: a.heap + b.heap,
});
