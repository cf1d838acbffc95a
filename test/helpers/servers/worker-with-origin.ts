// The bundled Worker beside a server of sources, for tests of whole requests.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { paint } from '../files/pictures.ts';
import { loadCodecs } from '../services/codec-modules.ts';
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';

type Asked = { path: string; headers: NodeJS.Dict<string | string[]> };

export type Origin = {
  /** `127.0.0.1:<port>`. */
  host: string;
  /** The requests so far, in order. */
  asked: readonly Asked[];
  /** Connections to a server that nothing may contact, to which `/away` redirects. */
  contacts: () => number;
  /** What it serves from now on at every path but `/missing`, `/html`, `/away` and `/moved`. */
  serves: { picture: Uint8Array; tag: string };
  /** The address of a path. */
  source: (path: string) => string;
};

/** The picture that is served at first. */
export const photo = paint({ width: 96, height: 64 }, (x, y) => [x * 2, y * 3, (x * y) % 256]);

/** Most bytes of a source or an upload. */
export const MAX_SOURCE_BYTES = 400_000;

export type WorkerWithOrigin = AsyncDisposable & { worker: BundledWorker; origin: Origin };

/** Starts both; disposing of the result ends both. */
export async function startWorkerWithOrigin(): Promise<WorkerWithOrigin> {
  await using held = new AsyncDisposableStack();
  const codecs = await loadCodecs();
  const serves = { picture: await codecs.png.encode(photo, { quality: 100 }), tag: '"v1"' };
  let contacts = 0;
  const canary = createServer((_, response) => void response.end(serves.picture));
  canary.on('connection', () => contacts++);
  const forbidden = await listening(canary);
  held.defer(() => stop(canary));
  const asked: Asked[] = [];
  const server = createServer(({ url: path = '', headers }, response) => {
    asked.push({ path, headers });
    const [status, more, body] = answerTo(path, forbidden) ?? [
      200,
      { 'Content-Type': 'text/html', ETag: serves.tag },
      serves.picture,
    ];
    response.writeHead(status, more).end(body);
  });
  const host = await listening(server);
  held.defer(() => stop(server));
  const worker = await startBundledWorker({ ...varsFor(host), MAX_RESULT_PIXELS: '1000000' });
  held.defer(worker.close);
  const owned = held.move();
  const source = (path: string): string => `http://${host}${path}`;
  return {
    worker,
    origin: { host, asked, serves, source, contacts: () => contacts },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Starts both before all tests of a file, hands them to `use`, and ends both after the tests. */
export function startForAllTests(use: (started: WorkerWithOrigin) => void): void {
  let started: WorkerWithOrigin | undefined;
  beforeAll(async () => {
    started = await startWorkerWithOrigin();
    use(started);
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
}

/** Configuration of a Worker that may ask the host for sources. */
export const varsFor = (host: string): Record<string, string> => ({
  ALLOWED_SOURCES: `http://${host}/`,
  ALLOW_PRIVATE_SOURCES: 'true',
  MAX_SOURCE_BYTES: String(MAX_SOURCE_BYTES),
  SOURCE_TIMEOUT_MS: '2000',
});

type Answer = [status: number, headers: Record<string, string>, body?: string];

/** The answers of the paths that have one of their own. */
function answerTo(path: string, forbidden: string): Answer | undefined {
  if (path.startsWith('/missing')) return [404, {}, 'no'];
  if (path.startsWith('/html')) return [200, { 'Content-Type': 'image/png' }, '<html></html>'];
  if (path.startsWith('/away')) return [302, { Location: `http://${forbidden}/secret.png` }];
  if (path.startsWith('/moved')) return [301, { Location: '/photo.png' }];
  return undefined;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}
