// The Worker as it is deployed: bundled and minified by wrangler, run in workerd, asked over HTTP.
//
// wrangler's development server is not used: it bundles again at each start, and runs a second workerd in front of the first.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { BUNDLE_FOLDER, buildWorker, OPTIONS_FILE } from './build-worker.ts';

type WorkerOptions = Extract<V4MiniflareOptions, { workers: unknown }>['workers'][number];

export type BundledWorker = {
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  url: URL;
  close: () => Promise<void>;
};

/**
 * Starts the Worker on a free port; `vars` sets the configuration, in which clients are neither limited nor need signatures unless it says so. What it stores is
 * kept in the folder `persist`, or nowhere. Its assets are those of the folder `assets`, `public` unless given. `picturesOnly` leaves out what
 * `wrangler.jobs.toml` adds to `wrangler.toml`. With `images` it has the platform's local
 * emulation of an Images binding.
 */
export async function startBundledWorker(
  vars: Record<string, string> = {},
  {
    persist = false,
    assets,
    images = false,
    picturesOnly = false,
  }: {
    persist?: string | false;
    assets?: string;
    images?: boolean;
    picturesOnly?: boolean;
  } = {},
): Promise<BundledWorker> {
  const bundle = await bundleOptions();
  const options = picturesOnly ? withoutJobs(bundle) : bundle;
  const directory = assets ?? options.assets?.directory;
  return startWorker(
    {
      ...options,
      bindings: {
        ...options.bindings,
        RATE_LIMIT: 'off',
        UNSIGNED: 'true',
        METRICS_TOKEN: 'public',
        ...vars,
      },
      ...(images && { images: { binding: 'IMAGES' } }),
      ...(options.assets && { assets: { ...options.assets, directory } }),
    } as WorkerOptions,
    persist,
  );
}

function withoutJobs(options: WorkerOptions): WorkerOptions {
  const { r2Buckets: _, durableObjects: __, workflows: ___, ...rest } = options;
  return rest as WorkerOptions;
}

/** Runs a Worker in workerd; its error log is shown. */
export async function startWorker(
  worker: WorkerOptions,
  persist: string | false = false,
): Promise<BundledWorker> {
  const options = convertV4MiniflareOptions({
    host: '127.0.0.1',
    port: 0,
    // No download of request metadata.
    cf: false,
    handleStructuredLogs({ level, message }) {
      if (level === 'error') console.error(message);
    },
    workers: [worker],
  });
  const runtime = new Miniflare({
    ...options,
    ...(persist !== false && { resourcePersistencePath: persist }),
  });
  const url = await runtime.ready;
  return {
    url,
    fetch: (path, init) => fetch(new URL(path, url), init),
    close: () => runtime.dispose(),
  };
}

let ownBundle: Promise<WorkerOptions> | undefined;

/** Options of the bundle that the environment names; a process without one builds its own once. */
function bundleOptions(): Promise<WorkerOptions> {
  const folder = process.env[BUNDLE_FOLDER];
  if (folder) return readBundle(folder);
  ownBundle ??= buildOwn();
  return ownBundle;
}

async function buildOwn(): Promise<WorkerOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bundle-'));
  try {
    await buildWorker(folder);
    return await readBundle(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readBundle(folder: string): Promise<WorkerOptions> {
  const options = JSON.parse(await readFile(join(folder, OPTIONS_FILE), 'utf8'));
  const files = await readdir(folder);
  const wasm = files.filter((name) => name.endsWith('.wasm'));
  // The first module is the entry.
  const modules = [
    { type: 'ESModule', path: 'worker.js', contents: await readFile(join(folder, 'worker.js')) },
    ...(await Promise.all(
      wasm.map(async (path) => ({
        type: 'CompiledWasm',
        path,
        contents: await readFile(join(folder, path)),
      })),
    )),
  ];
  return { ...options, name: 'tessera', modules };
}
