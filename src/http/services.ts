// What the rim hands to the HTTP layer: everything that depends on where it runs.
import type { AnswerCache } from '../cache/answer-types.ts';
import type { Codecs } from '../codecs/codec.ts';
import type { Config } from '../config.ts';
import type { Effect, ReadModel } from '../effects/effect.ts';
import type { ByteAccount } from '../gate/bytes.ts';
import type { Gate } from '../gate/gate.ts';
import type { JobService } from '../jobs/service/service.ts';
import type { RunPorts } from '../render/run.ts';
import type { VectorStore } from '../render/vectors.ts';
import type { SourceReader } from '../sources/fetch-source.ts';
import type { RateLimiter } from './access/rate-limit.ts';
import type { PlanRules } from './catalogue/presets.ts';
import type { Metrics } from './observe/metrics.ts';

/** Models that are installed where this runs. */
export type Models = {
  model: ReadModel;
  /** Throws `model_missing` where a model is not installed; asked often, so it costs next to nothing. */
  check: (name: string) => Promise<void>;
};

export type Services = Omit<RunPorts, 'model' | 'job'> & {
  config: Config;
  effects: readonly Effect[];
  /** What of it requests may ask for. */
  rules: PlanRules;
  codecs: Codecs;
  sources: SourceReader;
  /** Keeps answers, and has each made once. */
  cache: AnswerCache;
  models: Models;
  /** Keeps vectors of further images. */
  vectors?: VectorStore;
  /** Admits the work of rendering. */
  gate: Gate;
  /** Bytes that the pixels of one request may take of the isolate's 128 MB, and the one large WASM memory. */
  edgeMemoryBytes: number;
  edgeHeapBytes: number;
  /** Room for the files that requests read and hold. */
  encoded: ByteAccount;
  /** Takes what is too much for the edge; left out where no GPU backend is configured. */
  jobs?: JobService;
  /** Counts uploads and jobs by client; left out where there is no limit. */
  rateLimiter?: RateLimiter;
  /** Milliseconds since 1970; `now` is for durations. */
  date: () => number;
  /** A file of the page by its path, for everything that is not the API. */
  page: (path: string) => Promise<Response | undefined>;
  metrics: Metrics;
  requestId: () => string;
  /** One line of the log, as an object: of each request, and of what went wrong. */
  log: (entry: Record<string, unknown>) => void;
};
