// Times whole requests over HTTP to the bundled Worker and to IPX, on the same files.
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import { interleave } from '../measure/interleave.ts';
import { offline } from '../measure/runtime.ts';
import { within } from '../measure/time-limit.ts';

export type Services = {
  /** Milliseconds of `POST /t/<plan>` with the file as its body, until the last byte. No cache answers it. */
  worker: (plan: string, file: string) => Promise<number>;
  /** Milliseconds of a GET to IPX (`w_128,f_png/picture.jpg`) or to the mosaics, until the last byte. */
  ipx: (path: string) => Promise<number>;
  /** Milliseconds of requests to both that ask for no work. */
  roundTrips: (rounds: number) => Promise<Record<string, number[]>>;
  /** Threads that sharp uses for each picture. */
  threads: number;
};

/** Starts both with the given files, and always ends both. */
export async function withServices<T>(
  files: Record<string, Uint8Array>,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  Object.assign(process.env, offline);
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  return closing(
    () => rm(folder, { recursive: true, force: true }),
    async () => {
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
      const worker = await within(120, 'building and starting the Worker', startBundledWorker());
      return closing(worker.close, () =>
        withIpx(folder, ({ port, threads }) =>
          use({
            threads,
            roundTrips: (rounds) =>
              interleave(rounds, {
                'IPX’s process': () => timed(new URL(`http://127.0.0.1:${port}/health`), {}),
                'Tessera in workerd': () => timed(new URL('/health', worker.url), {}),
              }),
            worker: (plan, file) =>
              timed(new URL(`/t/${plan}`, worker.url), {
                method: 'POST',
                headers: { 'Content-Type': 'image/jpeg' },
                body: files[file]! as Uint8Array<ArrayBuffer>,
              }),
            ipx: (path) => timed(new URL(`http://127.0.0.1:${port}/${path}`), {}),
          }),
        ),
      );
    },
  );
}

type Started = { port: number; threads: number };

async function withIpx<T>(folder: string, use: (started: Started) => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, 'ipx-server.ts'), [folder]);
  return closing(
    async () => void child.kill(),
    async () => {
      const started = new Promise<Started>((resolve, reject) => {
        child.once('message', (message) => resolve(message as Started));
        child.once('exit', (code) => reject(new Error(`IPX ended with ${code}`)));
      });
      return use(await within(30, 'starting IPX', started));
    },
  );
}

async function timed(url: URL, init: RequestInit): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  const bytes = await response.arrayBuffer();
  const ms = performance.now() - began;
  if (!response.ok)
    throw new Error(`${url}: ${response.status} ${new TextDecoder().decode(bytes)}`);
  return ms;
}
