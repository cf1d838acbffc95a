// The HTTP server of the backend: receives jobs, and sends their lines and files.
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { systemCode } from '../../node/system-error.ts';
import { partLimitsOf } from '../settings.ts';
import { createPartStore } from './parts.ts';
import { route } from './route.ts';
import { sendError } from './send-error.ts';
import type { BackendServices } from './services.ts';

/** How long a client may take to send the headers of a request, and to send the next request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** Connections beside those of jobs. */
const SPARE_CONNECTIONS = 256;

/** The server, not listening yet. What comes before its job is written into `folder`. */
export function createBackendServer({
  folder,
  ...given
}: Omit<BackendServices, 'parts'> & { folder: string }): Server {
  const parts = createPartStore(join(folder, 'parts'), partLimitsOf(given.settings));
  const services: BackendServices = { ...given, parts };
  const { settings, metrics, log } = services;
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      response.on('finish', () =>
        metrics.requested(knownMethod(request.method), response.statusCode),
      );
      // A client that sends a byte now and then is never idle, so a request without a checked signature has a time limit.
      const limit = setTimeout(() => request.destroy(), settings.GPU_STALL_MS);
      const keepOpen = (): void => clearTimeout(limit);
      request.once('close', keepOpen);
      route({ request, response, keepOpen }, services).catch((error: unknown) => {
        if (!(error instanceof AppError) && !isDisconnect(error)) {
          log('error', 'request failed', {
            reason: String(error instanceof Error ? error.stack : error),
          });
        }
        sendError(response, error);
      });
    },
  );
  // Ends connections that neither send nor receive anything. Streams are never idle, because they carry heartbeats.
  server.timeout = Math.max(settings.GPU_STALL_MS, 2 * settings.GPU_HEARTBEAT_MS);
  server.maxConnections = SPARE_CONNECTIONS + 4 * (settings.GPU_SLOTS + settings.GPU_QUEUE);
  return server;
}

/** The label of a method in metrics; methods that clients make up share one. */
const knownMethod = (method: string | undefined): string =>
  method && ['GET', 'HEAD', 'PUT', 'DELETE', 'POST'].includes(method) ? method : 'other';

/** Whether the client closed the connection. */
const isDisconnect = (error: unknown): boolean =>
  ['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'].includes(systemCode(error));
