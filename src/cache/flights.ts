// Work that several requests want at the same time is done by one of them; the others wait for what comes of it.
//
// No request awaits another's promise: workerd ties a promise, like a stream, to the request that made it. The one that leads leaves
// plain data; those that follow look for it, each by timers of its own.
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
   * The first to come leads, and must finish. The others follow: `outcome` resolves to what the leader finished with, or to undefined if
   * the leader is gone. Throws `busy` after a minute.
   */
  begin: (key: string) => Leader<T> | Follower<T>;
  /** Whether somebody leads. */
  isRunning: (key: string) => boolean;
};

type Leader<T> = {
  leads: true;
  /** Tells those who follow. Whoever comes after leads anew; if `until` is given, once that has resolved. */
  finish: (outcome: T, until?: Promise<unknown>) => Promise<void>;
};
type Follower<T> = { leads: false; outcome: () => Promise<T | undefined> };

/** Soon at first, as most answers are quick. */
const POLLS_MS = [5, 10, 20, 40] as const;
const HEARTBEAT_MS = 200;
/** Polls without a heartbeat after which the leader counts as gone: its request was cancelled, and its timers with it. Counted in polls, as a computation that holds the isolate keeps both from running. */
const SILENT_POLLS = 50;
const MOST_POLLS = 1500;
/** An outcome is kept no longer, whatever became of its leader. */
const KEPT_MS = 5000;

/** Nothing is running yet. */
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

  async function follow(key: string, flight: Flight<T>): Promise<T | undefined> {
    let [heard, silent] = [flight.heartbeats, 0];
    for (let poll = 0; poll < MOST_POLLS; poll++) {
      if (flight.finished) return flight.finished.outcome;
      silent = flight.heartbeats === heard ? silent + 1 : 0;
      heard = flight.heartbeats;
      if (silent > SILENT_POLLS) {
        forget(key, flight);
        return undefined;
      }
      await wait(POLLS_MS[Math.min(poll, POLLS_MS.length - 1)]!);
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
      if (known) return { leads: false, outcome: () => follow(key, known) };
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
