// What is asked of the cache of answers, and what it gives.
import type { Background } from './purges.ts';

/** What came of making an answer. */
export type Made<T> =
  /** An answer; its headers say how long it may be used, `validator` is that of its only source. */
  | {
      kind: 'answer';
      body: Uint8Array<ArrayBuffer>;
      headers: Headers;
      validator?: string | undefined;
    }
  /** The stored answer is still right; only where its tag was given. */
  | { kind: 'unchanged' }
  /** The client has the answer of this tag, and gets `response`; nobody else does. */
  | { kind: 'known'; tag: string; response: Response }
  /** Something else, that is neither stored nor shared. */
  | { kind: 'aside'; value: T };

/** How an answer is to be made: `tag` is that of a stored one which may still be right, `validator` that of its only source, `sent` says whether anyone waits for it, `purgedAt` when any of its sources was last purged. */
export type MakeUse = {
  tag: string | undefined;
  validator: string | undefined;
  sent: boolean;
  purgedAt: number;
};

export type Asked<T> = {
  key: string;
  /** Canonical texts of all sources that the answer is made of. */
  sources: readonly string[];
  background: Background;
  /** An answer that is there already, though not stored here; asked for before anything is made. */
  elsewhere: (purgedAt: number) => Promise<Response | undefined>;
  /** Throws `AppError`. */
  make: (use: MakeUse) => Promise<Made<T>>;
  /** The answer for a client that has this one; undefined where it has not. */
  known: (tag: string) => Response | undefined;
  /** The answer of something else, once others need not wait for it. */
  finish: (value: T) => Promise<Response>;
};

/** An answer: stored before, made for others who asked at the same time, or made now. */
export type Answered = { response: Response; from: 'store' | 'others' | 'work' };

export type AnswerCache = {
  /** The answer, with `Age` and `Cache-Status` (RFC 9211). Throws what `make` throws. */
  answer: <T>(asked: Asked<T>) => Promise<Answered>;
  /** A stored answer while it is fresh, whatever became of its sources. */
  match: (key: string) => Promise<Response | undefined>;
  /** Stores an answer made of what there was at `at`, in milliseconds since 1970. */
  put: (key: string, response: Response, at: number) => Promise<void>;
  /** Milliseconds since 1970 of the last purge of any of the sources; 0 where there was none. */
  purgedAt: (sources: readonly string[], background: Background) => Promise<number>;
  /** Refuses from now on what was made of the source so far. */
  purge: (source: string) => Promise<void>;
};
