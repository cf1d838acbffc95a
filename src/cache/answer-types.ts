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
  /** The stored answer is still right; only if its tag was given. */
  | { kind: 'unchanged' }
  /** The client has the answer of this tag already. */
  | { kind: 'known'; tag: string }
  /** Something else, which is neither stored nor shared. */
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
  /** The client's header. */
  ifNoneMatch: string | null;
  background: Background;
  /** Makes the answer; others who ask for the same wait meanwhile. Throws `AppError`. */
  make: (use: MakeUse) => Promise<Made<T>>;
};

/** An answer: stored before, made for others who asked at the same time, or made now; or that the client has it; or something else. */
export type Answered<T> =
  | {
      kind: 'answer';
      from: 'store' | 'others' | 'work';
      body: BodyInit | null;
      /** With `Age` and `Cache-Status` (RFC 9211). */
      headers: Headers;
    }
  | { kind: 'known'; from: 'others' | 'work'; tag: string }
  | { kind: 'aside'; from: 'work'; value: T };

export type AnswerCache = {
  /** The answer for this request. Throws what `make` throws. */
  answer: <T>(asked: Asked<T>) => Promise<Answered<T>>;
  /** A stored answer while it is fresh, whatever became of its sources. */
  match: (key: string) => Promise<Response | undefined>;
  /** Stores an answer made of what there was at `at`, in milliseconds since 1970. */
  put: (key: string, response: Response, at: number) => Promise<void>;
  /** Milliseconds since 1970 of the last purge of any of the sources; 0 if there was none. */
  purgedAt: (sources: readonly string[], background: Background) => Promise<number>;
  /** Refuses from now on what was made of the source so far. */
  purge: (source: string) => Promise<void>;
};
