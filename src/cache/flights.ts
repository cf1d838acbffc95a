// Lets one of several identical requests do the work, while the others wait for its outcome.
//
// No request awaits another's promise, because workerd ties promises and streams to the request that made them. The leader stores
// its outcome as plain data; each follower polls for it with its own timers.
import { AppError } from '../errors.ts';

type Flight<T> = { heartbeats: number; finished?: { outcome: T; at: number } };

export type FlightPorts = {
  /** A timer of the request that calls it. */
  wait: (ms: number) => Promise<void>;
  /** Milliseconds; only differences count. */
  now: () => number;
};

export type Flights<T> = {
  /**
   * The first request for a key leads, and must call `finish`. The others follow: `outcome` resolves to the leader's outcome, or to
   * undefined if the leader is gone. Throws `busy` after a minute, and when the signal is aborted.
   */
  begin: (key: string) => Leader<T> | Follower<T>;
  /** Whether a request leads for this key. */
  isRunning: (key: string) => boolean;
};

type Leader<T> = {
  leads: true;
  /** Gives the outcome to the followers. Later requests lead anew; if `until` is given, only when it has settled. */
  finish: (outcome: T, until?: Promise<unknown>) => Promise<void>;
};
type Follower<T> = {
  leads: false;
  outcome: (signal?: AbortSignal) => Promise<T | undefined>;
};

/** Pauses between polls, in milliseconds; short at first, because most answers are quick. The last one repeats. */
const POLL_PAUSES_MS = [5, 10, 20, 40] as const;
const HEARTBEAT_MS = 200;
/**
 * Polls without a heartbeat after which the leader counts as gone: a cancelled request has no timers. Counted in polls, not in time,
 * because a long computation in the isolate stops polls and heartbeats alike.
 */
const SILENT_POLLS = 50;
const MAX_POLLS = 1500;
/** Longest time that an outcome is kept, even if `until` never settles, in milliseconds. */
const KEPT_MS = 5000;

/** Makes an empty set of flights. */
export function createFlights<T>({ wait, now }: FlightPorts): Flights<T> {
  const flights = new Map<string, Flight<T>>();
  const forget = (key: string, flight: Flight<T>): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };

  function sweep(): void {
    for (const [key, { finished }] of flights) {
      if (finished && now() - finished.at > KEPT_MS) flights.delete(key);
    }
  }

  async function sendHeartbeats(flight: Flight<T>): Promise<void> {
    while (!flight.finished) {
      flight.heartbeats++;
      await wait(HEARTBEAT_MS);
    }
  }

  async function follow(
    key: string,
    flight: Flight<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    let [heard, silent] = [flight.heartbeats, 0];
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      if (flight.finished) return flight.finished.outcome;
      if (signal?.aborted) break;
      silent = flight.heartbeats === heard ? silent + 1 : 0;
      heard = flight.heartbeats;
      if (silent > SILENT_POLLS) {
        forget(key, flight);
        return undefined;
      }
      await wait(POLL_PAUSES_MS[Math.min(poll, POLL_PAUSES_MS.length - 1)]!);
    }
    throw new AppError('busy', 'the same picture is being made, and takes too long', {
      retryable: true,
      retryAfter: 5,
    });
  }

  return {
    begin(key) {
      sweep();
      const known = flights.get(key);
      if (known) return { leads: false, outcome: (signal) => follow(key, known, signal) };
      const flight: Flight<T> = { heartbeats: 0 };
      flights.set(key, flight);
      void sendHeartbeats(flight);
      return {
        leads: true,
        async finish(outcome, until) {
          flight.finished = { outcome, at: now() };
          try {
            await until;
          } finally {
            forget(key, flight);
          }
        },
      };
    },
    isRunning: (key) => flights.has(key),
  };
}
