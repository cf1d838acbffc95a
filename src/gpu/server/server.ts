// The HTTP side of the backend: jobs come in, their course and files go out.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError, type ErrorCode } from '../../errors.ts';
import { type BackendKey, SIGNATURE_HEADER, verifyRequest } from '../../jobs/auth.ts';
import type { Log } from '../log.ts';
import type { BackendMetrics } from '../metrics.ts';
import type { RendererPool } from '../pool/pool.ts';
import type { Settings } from '../settings.ts';
import type { BlobKind, JobRecord } from '../table/record.ts';
import type { JobTable } from '../table/table.ts';
import { createBodyReader } from './body-reader.ts';
import { streamJob } from './job-stream.ts';
import { blobBytes, checkSizes, parseHead, takeBlobs, takeHead } from './receive-job.ts';
import { sendJson } from './send-json.ts';
import { tellState } from './send-state.ts';

export type BackendServices = {
  settings: Settings;
  /** None: requests are not signed, in development. */
  keys: readonly BackendKey[];
  table: JobTable;
  pool: RendererPool;
  metrics: BackendMetrics;
  /** Names of the installed models. */
  models: () => Promise<readonly string[]>;
  log: Log;
};

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  /** To be called when it is known who asks. */
  trust: () => void;
};

const statusOf: Partial<Record<ErrorCode, number>> = {
  bad_body: 400,
  bad_signature: 403,
  not_found: 404,
  job_missing: 404,
  method_not_allowed: 405,
  not_ready: 409,
  too_many_bytes: 413,
  busy: 429,
  backend_unavailable: 503,
};

/** The server, not listening yet. */
export function createBackendServer(services: BackendServices): Server {
  const { settings, metrics, log } = services;
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 30_000 },
    (request, response) => {
      response.on('finish', () =>
        metrics.requested(knownMethod(request.method), response.statusCode),
      );
      // Who sends a byte now and then is never idle.
      const late = setTimeout(() => request.destroy(), settings.GPU_STALL_MS);
      const trust = (): void => clearTimeout(late);
      request.once('close', trust);
      route({ request, response, trust }, services).catch((error: unknown) => {
        if (!(error instanceof AppError) && !isGone(error)) {
          log('error', 'request failed', { reason: String((error as Error).stack ?? error) });
        }
        refuse(response, error);
      });
    },
  );
  // Nobody may hold a connection without sending or taking anything; streams write heartbeats.
  server.timeout = Math.max(settings.GPU_STALL_MS, 2 * settings.GPU_HEARTBEAT_MS);
  server.maxConnections = SPARE_CONNECTIONS + 4 * (settings.GPU_SLOTS + settings.GPU_QUEUE);
  return server;
}

/** Beside those of jobs. */
const SPARE_CONNECTIONS = 256;

const knownMethod = (method: string | undefined): string =>
  method && ['GET', 'HEAD', 'PUT', 'DELETE', 'POST'].includes(method) ? method : 'other';

const isGone = (error: unknown): boolean =>
  ['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'].includes(
    String((error as NodeJS.ErrnoException).code),
  );

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message, retryable, retryAfter } =
    error instanceof AppError
      ? error
      : new AppError('internal', 'something went wrong in the backend', { retryable: true });
  sendJson(
    response,
    { code, message, retryable },
    {
      status: statusOf[code] ?? 500,
      headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
    },
  );
}

const JOB_PATH = /^\/jobs\/([\w-]{1,64})(?:\/(result|preview|checkpoint))?(?:\?run=(\d{1,15}))?$/;

async function route(exchange: Exchange, services: BackendServices): Promise<void> {
  const { request, response } = exchange;
  const { method = '', url = '' } = request;
  if (url === '/health' || url === '/metrics') return tellState(exchange, services);
  const [, id, kind, run] = JOB_PATH.exec(url) ?? [];
  if (id === undefined) throw new AppError('not_found', 'expected /jobs/<id>, /health or /metrics');
  if (kind === undefined && method === 'PUT') return put(id, exchange, services);
  if (method !== (kind === undefined ? 'DELETE' : 'GET')) {
    throw new AppError('method_not_allowed', `expected another method, got ${method}`);
  }
  await verify(exchange, services);
  const record = services.table.find(id);
  if (!record || (run !== undefined && record.head.run !== Number(run)))
    throw new AppError('job_missing', 'expected the id and run of a job that is here');
  if (kind !== undefined) return sendFile(record, kind as BlobKind, response);
  services.table.cancel(record);
  sendJson(response, { stage: record.stage() });
}

async function verify(
  { request: { method = '', url = '', headers }, trust }: Exchange,
  { keys }: BackendServices,
  head?: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (keys.length > 0) {
    const header = String(headers[SIGNATURE_HEADER] ?? '');
    const signed = { method, path: url, header, ...(head && { head }) };
    await verifyRequest(signed, { keys, now: Date.now() });
  }
  trust();
}

/** Read of a request beyond what its head has announced, or of one that is refused, before it is cut off. */
const SPARE_BYTES = 2 ** 20;

async function put(id: string, exchange: Exchange, services: BackendServices): Promise<void> {
  const { settings, table } = services;
  const body = createBodyReader(exchange.request);
  let left = 0;
  try {
    const bytes = await takeHead(body);
    await verify(exchange, services, bytes);
    const head = parseHead(bytes, id);
    left = blobBytes(head);
    checkSizes(head, settings);
    const known = table.known(head);
    if (known) return stream(known);
    const record = table.open(head);
    try {
      const job = await takeBlobs(head, body, record.folder);
      left = 0;
      table.start(record, job);
    } catch (error) {
      const reason =
        error instanceof AppError ? error : new AppError('bad_body', 'the body did not come');
      table.drop(record, reason);
      throw error;
    }
    stream(record);
  } finally {
    // A client that is still sending would not see the answer.
    void body.drain(left + SPARE_BYTES);
  }

  function stream(record: JobRecord): void {
    streamJob(record, exchange.response, { heartbeatMs: settings.GPU_HEARTBEAT_MS });
  }
}

async function sendFile(
  record: JobRecord,
  kind: BlobKind,
  response: ServerResponse,
): Promise<void> {
  const { file, handle } = await openFile(record, kind);
  response.writeHead(200, {
    'content-type': file.mime,
    'content-length': file.bytes,
    etag: `"${file.sha256}"`,
    'cache-control': 'no-store',
  });
  await pipeline(createReadStream('', { fd: handle, autoClose: true }), response);
}

// A newer one may replace it at any time, and its path is gone then; what is open stays.
async function openFile(record: JobRecord, kind: BlobKind) {
  for (let tries = 0; ; tries++) {
    const file = record.file(kind);
    if (!file) throw new AppError('not_ready', `expected a job that has a ${kind}`);
    try {
      return { file, handle: await open(file.path) };
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}
