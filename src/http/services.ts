// What the rim hands to the HTTP layer: everything that depends on where it runs.
import type { Codecs } from '../codecs/codec.ts';
import type { Config } from '../config.ts';
import type { Effect } from '../effects/effect.ts';
import type { JobService } from '../jobs/service.ts';
import type { Gate } from '../plan/gate.ts';
import type { ByteAccount } from '../plan/gate-bytes.ts';
import type { RunPorts } from '../plan/run.ts';
import type { SourceReader } from '../sources/fetch-source.ts';
import type { ResponseCache } from './caching.ts';
import type { Metrics } from './metrics.ts';

export type Services = RunPorts & {
  config: Config;
  effects: readonly Effect[];
  codecs: Codecs;
  sources: SourceReader;
  cache: ResponseCache;
  /** Admits the work of rendering. */
  gate: Gate;
  /** Bytes that the pixels of one request may take of the isolate's 128 MB, and the one large WASM memory. */
  edgeMemoryBytes: number;
  edgeHeapBytes: number;
  /** Room for the files that requests read and hold. */
  encoded: ByteAccount;
  /** Takes what is too much for the edge; left out where no GPU backend is configured. */
  jobs?: JobService;
  /** Milliseconds since 1970; `now` is for durations. */
  date: () => number;
  /** A file of the page by its path, for everything that is not the API. */
  page: (path: string) => Promise<Response | undefined>;
  metrics: Metrics;
  requestId: () => string;
  /** One line of the log, as an object: of each request, and of what went wrong. */
  log: (entry: Record<string, unknown>) => void;
};
