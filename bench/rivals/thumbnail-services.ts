// Three ways to make the same thumbnail, each in its own process: the bundled Worker, IPX with sharp, and jSquash.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import { offline, workerdsBelow } from '../measure/runtime.ts';
import { within } from '../measure/time-limit.ts';

export type Service = {
  name: 'Tessera' | 'sharp' | 'jSquash';
  pids: () => number[];
  /** Milliseconds until the last byte of a 128×96 thumbnail. */
  ask: (file: string, format: 'webp' | 'jpeg') => Promise<number>;
  /** Milliseconds of a request that asks for no work. */
  roundTrip: () => Promise<number>;
};

/** Starts all three with the given JPEG files, and always ends them. */
export async function withThumbnailServices<T>(
  files: Record<string, Uint8Array>,
  use: (services: Service[]) => Promise<T>,
): Promise<T> {
  Object.assign(process.env, offline);
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  const names = Object.keys(files);
  const stored = (name: string): string => `${names.indexOf(name)}.jpg`;
  let asked = 0;
  return closing(
    () => rm(folder, { recursive: true, force: true }),
    async () => {
      for (const name of names)
        await writeFile(join(folder, stored(name)), files[name] as Uint8Array);
      return withFiles(folder, async (origin) => {
        const before = new Set(workerdsBelow(process.pid));
        const vars = { ALLOWED_SOURCES: `${origin}/`, ALLOW_PRIVATE_SOURCES: 'true' };
        const worker = await within(
          120,
          'building and starting the Worker',
          startBundledWorker(vars),
        );
        return closing(worker.close, () =>
          withServer('ipx-server.ts', [folder], (ipx) =>
            withServer('jsquash-server.ts', [], (jsquash) =>
              use([
                {
                  name: 'Tessera',
                  roundTrip: () => timed(new URL('/health', worker.url), {}),
                  // The runtime starts with the first request. A second one, for wrangler's proxy, hardly changes its memory.
                  pids: () => workerdsBelow(process.pid).filter((pid) => !before.has(pid)),
                  // Another query each time, so that the cache does not answer.
                  ask: (name, format) =>
                    timed(
                      new URL(
                        `/t/w=128,h=96,fit=cover/f=${format}/${origin}/${stored(name)}?${asked++}`,
                        worker.url,
                      ),
                      {},
                    ),
                },
                {
                  name: 'sharp',
                  roundTrip: () => timed(new URL(`http://127.0.0.1:${ipx.port}/health`), {}),
                  pids: () => ipx.pids,
                  ask: (name, format) =>
                    timed(
                      new URL(
                        `http://127.0.0.1:${ipx.port}/s_128x96,f_${format},q_85/${stored(name)}`,
                      ),
                      {},
                    ),
                },
                {
                  name: 'jSquash',
                  roundTrip: () => timed(new URL(`http://127.0.0.1:${jsquash.port}/health`), {}),
                  pids: () => jsquash.pids,
                  ask: (name, format) =>
                    timed(
                      new URL(`http://127.0.0.1:${jsquash.port}/?w=128&h=96&format=${format}`),
                      { method: 'POST', body: files[name] as Uint8Array<ArrayBuffer> },
                    ),
                },
              ]),
            ),
          ),
        );
      });
    },
  );
}

/** Serves the folder on the loopback, from this process. */
async function withFiles<T>(folder: string, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://127.0.0.1').pathname.slice(1);
    const bytes = await readFile(join(folder, basename(name)));
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': bytes.length });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return closing(
    async () => {
      server.closeAllConnections();
      server.close();
    },
    () => use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}

type Server = { port: number; pids: number[] };

async function withServer<T>(
  file: string,
  args: string[],
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const child = fork(join(import.meta.dirname, file), args);
  return closing(
    async () => void child.kill(),
    async () => use({ port: await portOf(child, file), pids: [child.pid!] }),
  );
}

function portOf(child: ChildProcess, file: string): Promise<number> {
  const started = new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return within(30, `starting ${file}`, started);
}

async function timed(url: URL, init: RequestInit): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
  const bytes = await response.arrayBuffer();
  const ms = performance.now() - began;
  if (!response.ok)
    throw new Error(`${url}: ${response.status} ${new TextDecoder().decode(bytes)}`);
  return ms;
}
