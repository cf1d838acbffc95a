// What the rim hands to the HTTP layer: everything that depends on where it runs.
import type { Codecs } from '../codecs/codec.ts';
import type { Config } from '../config.ts';
import type { Effect } from '../effects/effect.ts';
import type { RunPorts } from '../plan/run.ts';
import type { SourceReader } from '../sources/fetch-source.ts';
import type { ResponseCache } from './caching.ts';

export type Services = RunPorts & {
  config: Config;
  effects: readonly Effect[];
  codecs: Codecs;
  sources: SourceReader;
  cache: ResponseCache;
  /** A file of the page by its path, for everything that is not the API. */
  page: (path: string) => Promise<Response | undefined>;
  requestId: () => string;
  /** One line of the log about something that went wrong, as an object. */
  log: (entry: Record<string, unknown>) => void;
};

/** Bytes that pixels, tensors and codec heaps of one request may take of an isolate's 128 MB; the rest is the program. */
export const EDGE_MEMORY_BYTES = 112 * 2 ** 20;
