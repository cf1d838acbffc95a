// What the request handlers of the server share.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendKey } from '../../jobs/auth.ts';
import type { Log } from '../log.ts';
import type { BackendMetrics } from '../metrics.ts';
import type { RendererPool } from '../pool/pool.ts';
import type { Settings } from '../settings.ts';
import type { JobTable } from '../table/table.ts';
import type { PartStore } from './parts.ts';

export type BackendServices = {
  settings: Settings;
  /** Keys that requests are signed with. If there are none, which is for development, requests need no signature. */
  keys: readonly BackendKey[];
  table: JobTable;
  pool: RendererPool;
  parts: PartStore;
  metrics: BackendMetrics;
  /** Names of the installed models. */
  models: () => Promise<readonly string[]>;
  log: Log;
};

/** One request and its response. */
export type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  /** To be called when the signature of the request is checked; without that, the request is cut off after `GPU_STALL_MS`. */
  keepOpen: () => void;
};
