// What routes work with: the ports that the rim hands to the HTTP layer, and what is made of them once.
import type { AnswerCache } from '../cache/answer-types.ts';
import type { Config } from '../config.ts';
import type { ByteAccount } from '../gate/byte-account.ts';
import type { JobService } from '../jobs/service/service.ts';
import type { Renderer } from '../render/renderer.ts';
import type { SourceReader } from '../sources/fetch-source.ts';
import type { RateLimiter } from './access/rate-limit.ts';
import type { PlanRules } from './catalogue/presets.ts';
import type { JobIndex } from './jobs/job-index.ts';
import type { Metrics } from './observe/metrics.ts';
import type { KeptPictures } from './page/keep-picture.ts';
import type { RenderedAnswers } from './transform/rendered.ts';
import type { RequestFiles } from './transform/source-files.ts';

export type Clock = {
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Milliseconds since 1970. */
  date: () => number;
};

export type Observer = {
  metrics: Metrics;
  /** Writes an object as one line of the log: for each request, and for failures. */
  log: (entry: Record<string, unknown>) => void;
};

/** Everything that depends on the platform. */
export type Ports = Omit<Services, 'rules' | 'files' | 'jobIndex'> & { sources: SourceReader };

export type Services = {
  config: Config;
  /** The effects and presets that requests may use. */
  rules: PlanRules;
  renderer: Renderer;
  /** Reads the files of requests' sources. */
  files: RequestFiles;
  /** Budget of memory for the files that requests read and hold. */
  encoded: ByteAccount;
  /** Stores answers, and makes each once for all who ask at the same time. */
  cache: AnswerCache;
  /** The renderer behind a cache of the platform, which answers instead of this application; left out if there is none. */
  rendered?: RenderedAnswers;
  /** Whether this is that renderer: what it is asked was checked before, and what it answers is stored by the platform. */
  isRenderer?: boolean;
  /** Runs plans that are too much for the edge. */
  jobs: JobService;
  /** Finds the jobs of transform URLs. */
  jobIndex: JobIndex;
  /** Counts uploads, jobs and unsigned requests for new pictures by client; left out if there is no limit. */
  rateLimiter?: RateLimiter;
  clock: Clock;
  observer: Observer;
  /** A file of the page by its path, for everything that is not the API. */
  page: (path: string) => Promise<Response | undefined>;
  /** Keeps pictures for the page, in development with a bucket alone. */
  kept?: KeptPictures;
  requestId: () => string;
};
