// Types of the cache of answers.
import type { Background, Purged } from './purges.ts';

/** The result of making an answer. */
export type Made<T> =
  /** An answer. Its headers say how long it may be used; `validator` is that of its source, if it has only one. */
  | {
      kind: 'answer';
      body: Uint8Array<ArrayBuffer>;
      headers: Headers;
      validator?: string | undefined;
    }
  /** The stored answer is still right; allowed only if `MakeOptions` had its tag. */
  | { kind: 'unchanged' }
  /** The client already has the answer with this tag; `control` is the `Cache-Control` to send. */
  | { kind: 'known'; tag: string; control: string }
  /** An answer that is neither stored nor shared; with `forget`, a stored one must not be used any more. */
  | { kind: 'unshared'; value: T; forget?: boolean };

/**
 * Options for making an answer. `tag` is that of a stored answer that may still be right, `validator` that of its only source.
 * `sent` says whether a client waits for the answer. `purged` is the last purge of any of its sources.
 */
export type MakeOptions = {
  tag: string | undefined;
  validator: string | undefined;
  sent: boolean;
  purged: Purged;
};

export type Asked<T> = {
  key: string;
  /** Canonical texts of all sources of the answer. */
  sources: readonly string[];
  /** The client's `If-None-Match`. */
  ifNoneMatch: string | null;
  background: Background;
  /** Aborted when the client is gone: identical requests then make the answer themselves. */
  gone?: AbortSignal | undefined;
  /** Makes the answer; identical requests wait meanwhile. Throws `AppError`. */
  make: (use: MakeOptions) => Promise<Made<T>>;
};

/** An answer from the store, from an identical request, or made now; or `known`: the client has it; or one that is not shared. */
export type Answered<T> =
  | {
      kind: 'answer';
      from: 'store' | 'others' | 'work';
      body: BodyInit | null;
      /** With `Age` and `Cache-Status` (RFC 9211). */
      headers: Headers;
    }
  | { kind: 'known'; from: 'others' | 'work'; tag: string; control: string }
  | { kind: 'unshared'; from: 'work'; value: T };

export type AnswerCache = {
  /** The answer for this request. Throws what `make` throws. */
  answer: <T>(asked: Asked<T>) => Promise<Answered<T>>;
  /** A stored answer if it is fresh, even if its sources were purged. */
  match: (key: string) => Promise<Response | undefined>;
  /** Stores an answer; `at` is the time before its sources were asked, in milliseconds since 1970. */
  put: (key: string, response: Response, at: number) => Promise<void>;
  /** The last purge of any of the sources. */
  purged: (sources: readonly string[], background: Background) => Promise<Purged>;
  /** From now on, answers that were made from the source before are not used. Throws `busy`. */
  purge: (source: string) => Promise<void>;
};
