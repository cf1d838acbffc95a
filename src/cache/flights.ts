// Work that several requests want at the same time is done by one of them; the others wait for what comes of it.
//
// No request awaits another's promise: workerd ties a promise, like a stream, to the request that made it. The one that leads leaves
// plain data; those that follow look for it, each by timers of its own.
import { AppError } from '../errors.ts';

type Flight<T> = { beats: number; landed?: { outcome: T; at: number } };

export type FlightPorts = {
  /** A timer of the request that calls it. */
  wait: (ms: number) => Promise<void>;
  /** Milliseconds; only differences count. */
  now: () => number;
};

export type Flights<T> = {
  /**
   * The first to come leads, and must land. The others follow: `outcome` resolves to what the flight landed with, or to undefined where
   * whoever led is gone. Throws `busy` after a minute.
   */
  board: (key: string) => Leader<T> | Follower<T>;
  /** Whether somebody leads. */
  isUp: (key: string) => boolean;
};

type Leader<T> = {
  leads: true;
  /** Tells those who follow. Whoever comes after leads anew; where `until` is given, once that has resolved. */
  land: (outcome: T, until?: Promise<unknown>) => Promise<void>;
};
type Follower<T> = { leads: false; outcome: () => Promise<T | undefined> };

/** Soon at first, as most answers are quick. */
const POLLS_MS = [5, 10, 20, 40] as const;
const BEAT_MS = 200;
/** Looks without a beat after which the leader counts as gone: its request was cancelled, and its timers with it. Counted in looks, as a computation that holds the isolate keeps everybody from beating and from looking. */
const SILENT_LOOKS = 50;
const MOST_LOOKS = 1500;
/** Nothing is to be had from a flight for longer, whatever became of its leader. */
const LANDED_MS = 5000;

/** No flights yet. */
export function createFlights<T>({ wait, now }: FlightPorts): Flights<T> {
  const flights = new Map<string, Flight<T>>();
  const forget = (key: string, flight: Flight<T>): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };

  function sweep(): void {
    for (const [key, { landed }] of flights) {
      if (landed && now() - landed.at > LANDED_MS) flights.delete(key);
    }
  }

  async function beat(flight: Flight<T>): Promise<void> {
    while (!flight.landed) {
      flight.beats++;
      await wait(BEAT_MS);
    }
  }

  async function follow(key: string, flight: Flight<T>): Promise<T | undefined> {
    let [heard, silent] = [flight.beats, 0];
    for (let look = 0; look < MOST_LOOKS; look++) {
      if (flight.landed) return flight.landed.outcome;
      silent = flight.beats === heard ? silent + 1 : 0;
      heard = flight.beats;
      if (silent > SILENT_LOOKS) {
        forget(key, flight);
        return undefined;
      }
      await wait(POLLS_MS[Math.min(look, POLLS_MS.length - 1)]!);
    }
    throw new AppError('busy', 'the same picture is being made, and takes too long', {
      retryable: true,
      retryAfter: 5,
    });
  }

  return {
    board(key) {
      sweep();
      const known = flights.get(key);
      if (known) return { leads: false, outcome: () => follow(key, known) };
      const flight: Flight<T> = { beats: 0 };
      flights.set(key, flight);
      void beat(flight);
      return {
        leads: true,
        async land(outcome, until) {
          flight.landed = { outcome, at: now() };
          try {
            await until;
          } finally {
            forget(key, flight);
          }
        },
      };
    },
    isUp: (key) => flights.has(key),
  };
}
