// Accounts for encoded bytes that requests hold. Separate from the gate's memory, because requests that hold bytes wait for the gate.
import { AppError } from '../errors.ts';
import { createQueue, type QueueLimits, type QueuePorts, type Waiting } from './queue.ts';

type WaitLimits = Pick<QueueLimits, 'maxQueued' | 'maxWaitMs'>;

export type ByteAccountLimits = WaitLimits & {
  /** Limits of patient requests. */
  patient: WaitLimits;
  /** A reservation that has neither grown nor been released for this long is dropped: its request was cancelled. */
  leaseMs: number;
};

export const byteAccountLimits: ByteAccountLimits = {
  maxQueued: 32,
  maxWaitMs: 10_000,
  patient: { maxQueued: 100, maxWaitMs: 20_000 },
  leaseMs: 120_000,
};

export type ByteAccountPorts = QueuePorts & {
  capacityBytes: number;
  limits?: Partial<ByteAccountLimits>;
};

export type Reservation = {
  /** Adds bytes without waiting. Returns `false` and adds nothing if they do not fit. */
  reserveMore: (bytes: number) => boolean;
  /** Changes the whole reservation to so many bytes without waiting. Returns `false` and changes nothing if they do not fit. */
  resize: (bytes: number) => boolean;
  /** Releases all bytes; a second call does nothing. */
  release: () => void;
};

export type ByteAccountState = { bytes: number; queued: number; refused: number; lost: number };

export type ByteAccount = {
  capacityBytes: number;
  /**
   * Waits, first come first served, until that many bytes are free. Call it once per request, since two requests that hold bytes
   * and wait for more could block each other. Throws `busy` with `retryAfter`, at once if the queue is full, after too long a wait, or
   * when the client is gone; `too_many_bytes` for more than the capacity.
   */
  reserve: (bytes: number, waiting?: Waiting) => Promise<Reservation>;
  state: () => ByteAccountState;
};

type Holder = { bytes: number; activeMs: number };

/** An account with nothing reserved. */
export function createByteAccount(ports: ByteAccountPorts): ByteAccount {
  const { capacityBytes } = ports;
  const limits = { ...byteAccountLimits, ...ports.limits };
  // Durations of downloads are not predicted, so only the number of waiters bounds the queue.
  const queue = createQueue<number>(
    { ...unpredicted(limits), patient: unpredicted(limits.patient) },
    ports,
  );
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
    const reserveMore = (more: number): boolean => {
      dropLost();
      if (!holders.has(holder) || !(more <= 0 || used + more <= capacityBytes)) return false;
      holder.bytes += more;
      holder.activeMs = queue.activeMs();
      used += more;
      return true;
    };
    return {
      reserveMore,
      resize: (total) => reserveMore(total - holder.bytes),
      release: () => release(holder),
    };
  };

  return {
    capacityBytes,
    async reserve(bytes, waiting) {
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
        waiting,
      });
    },
    state: () => ({ bytes: used, queued: queue.queued(), refused: queue.refused(), lost }),
  };
}

const unpredicted = ({ maxQueued, maxWaitMs }: WaitLimits): QueueLimits => ({
  maxQueued,
  maxWaitMs,
  maxQueuedMs: Number.POSITIVE_INFINITY,
});
