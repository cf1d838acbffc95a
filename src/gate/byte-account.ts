// Accounts for encoded bytes that requests hold. Separate from the gate's memory, because requests that hold bytes wait for the gate.
import { AppError } from '../errors.ts';
import { createQueue, type QueueLimits, type QueuePorts } from './queue.ts';

export type ByteAccountLimits = Pick<QueueLimits, 'maxQueued' | 'maxWaitMs'> & {
  /** A reservation that has neither grown nor been released for this long is dropped: its request was cancelled. */
  leaseMs: number;
};

export const byteAccountLimits: ByteAccountLimits = {
  maxQueued: 32,
  maxWaitMs: 10_000,
  leaseMs: 120_000,
};

export type ByteAccountPorts = QueuePorts & {
  capacityBytes: number;
  limits?: Partial<ByteAccountLimits>;
};

export type Reservation = {
  /** Adds bytes without waiting. Returns `false` and adds nothing if they do not fit. */
  grow: (bytes: number) => boolean;
  /** Releases all bytes; a second call does nothing. */
  release: () => void;
};

export type ByteAccountState = { bytes: number; queued: number; refused: number; lost: number };

export type ByteAccount = {
  /**
   * Waits, first come first served, until that many bytes are free. Call it once per request, since two requests that hold bytes
   * and wait for more could block each other. Throws `busy` with `retryAfter`, at once if the queue is full, or after too long a
   * wait; `too_many_bytes` for more than the capacity.
   */
  reserve: (bytes: number, signal?: AbortSignal) => Promise<Reservation>;
  state: () => ByteAccountState;
};

type Holder = { bytes: number; activeMs: number };

/** An account with nothing reserved. */
export function createByteAccount(ports: ByteAccountPorts): ByteAccount {
  const { capacityBytes } = ports;
  const limits = { ...byteAccountLimits, ...ports.limits };
  // Durations of downloads are not predicted, so only the number of waiters bounds the queue.
  const queue = createQueue<number>({ ...limits, maxQueuedMs: Number.POSITIVE_INFINITY }, ports);
  const holders = new Set<Holder>();
  let used = 0;
  let lost = 0;

  const release = (holder: Holder): void => {
    if (holders.delete(holder)) used -= holder.bytes;
  };
  const dropLost = (): void => {
    const activeMs = queue.activeMs();
    for (const holder of holders) {
      if (activeMs - holder.activeMs <= limits.leaseMs) continue;
      release(holder);
      lost++;
    }
  };

  const open = (bytes: number): Reservation => {
    const holder = { bytes, activeMs: queue.activeMs() };
    holders.add(holder);
    used += bytes;
    return {
      grow(more) {
        dropLost();
        if (!holders.has(holder) || !(used + more <= capacityBytes)) return false;
        holder.bytes += more;
        holder.activeMs = queue.activeMs();
        used += more;
        return true;
      },
      release: () => release(holder),
    };
  };

  return {
    async reserve(bytes, signal) {
      if (!(bytes <= capacityBytes)) {
        throw new AppError(
          'too_many_bytes',
          `expected at most ${capacityBytes} bytes of pictures, got ${bytes}`,
        );
      }
      return queue.enqueue({
        demand: bytes,
        tryEnter(ahead) {
          dropLost();
          return ahead.length === 0 && used + bytes <= capacityBytes ? open(bytes) : undefined;
        },
        frontMs: () => 0,
        signal,
      });
    },
    state: () => ({ bytes: used, queued: queue.queued(), refused: queue.refused(), lost }),
  };
}
