// Accounts for encoded bytes that requests read and keep. Apart from the work's memory, because those who hold bytes wait for work.
import { AppError } from '../errors.ts';
import { createLine, type LineLimits, type LinePorts } from './line.ts';

export type ByteAccountLimits = Pick<LineLimits, 'maxQueued' | 'maxWaitMs'> & {
  /** A reservation that has neither grown nor been released for so long never will be: its request was cancelled. */
  leaseMs: number;
};

export const byteAccountLimits: ByteAccountLimits = {
  maxQueued: 32,
  maxWaitMs: 10_000,
  leaseMs: 120_000,
};

export type ByteAccountPorts = LinePorts & {
  capacityBytes: number;
  limits?: Partial<ByteAccountLimits>;
};

export type Reservation = {
  /** Adds to it without waiting; `false`, and nothing added, where that does not fit. */
  grow: (bytes: number) => boolean;
  /** Gives all of it back; a second call does nothing. */
  release: () => void;
};

export type ByteAccountState = { bytes: number; queued: number; refused: number; lost: number };

export type ByteAccount = {
  /**
   * Waits, first come first served, until so many bytes are free; once for a request, since two who hold and wait could block
   * each other. Throws `busy`, with `retryAfter`, where the line is full, at once, or the wait too long; `too_many_bytes` for more than there are.
   */
  reserve: (bytes: number, signal?: AbortSignal) => Promise<Reservation>;
  state: () => ByteAccountState;
};

type Holder = { bytes: number; beat: number };

/** An account with nothing reserved. */
export function createByteAccount(ports: ByteAccountPorts): ByteAccount {
  const { capacityBytes } = ports;
  const limits = { ...byteAccountLimits, ...ports.limits };
  // How long a download holds its bytes is not predicted, so only the number of waiters bounds the line.
  const line = createLine<number>({ ...limits, maxQueuedMs: Number.POSITIVE_INFINITY }, ports);
  const holders = new Set<Holder>();
  let used = 0;
  let lost = 0;

  const release = (holder: Holder): void => {
    if (holders.delete(holder)) used -= holder.bytes;
  };
  const dropLost = (): void => {
    const beat = line.beat();
    for (const holder of holders) {
      if (beat - holder.beat <= limits.leaseMs) continue;
      release(holder);
      lost++;
    }
  };

  const open = (bytes: number): Reservation => {
    const holder = { bytes, beat: line.beat() };
    holders.add(holder);
    used += bytes;
    return {
      grow(more) {
        dropLost();
        if (!holders.has(holder) || !(used + more <= capacityBytes)) return false;
        holder.bytes += more;
        holder.beat = line.beat();
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
      return line.stand({
        demand: bytes,
        admit(ahead) {
          dropLost();
          return ahead.length === 0 && used + bytes <= capacityBytes ? open(bytes) : undefined;
        },
        frontMs: () => 0,
        signal,
      });
    },
    state: () => ({ bytes: used, queued: line.queued(), refused: line.refused(), lost }),
  };
}
