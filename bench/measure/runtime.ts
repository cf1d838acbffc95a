// Runs the measuring Worker in its own workerd process and asks it for samples.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';
import { closing } from './cleanup.ts';
import { cpuMs } from './cpu-time.ts';
import { within } from './time-limit.ts';

/** Environment variables that keep wrangler off the network. */
export const offline = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CI: '1',
  NO_COLOR: '1',
};

export type Runtime = {
  /** Stores a file in the Worker under a name. */
  put: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Runs the measurement of `inside/` of this name and returns its result. */
  measure: <Result>(name: string, options?: object) => Promise<Result>;
  /** CPU milliseconds of the Worker's thread so far; `undefined` without `/proc`. */
  cpuMs: () => number | undefined;
};

const LONGEST_REQUEST_S = 240;

let shared: { runtime?: Promise<Runtime> } | undefined;

/** From now on one Worker serves all calls of `withRuntime`, until `endAll` closes it. For quick runs, whose figures mean nothing. */
export function shareRuntime(): void {
  shared = {};
}

/** Starts the measuring Worker, hands it to `use`, and always closes it. */
export async function withRuntime<T>(use: (runtime: Runtime) => Promise<T>): Promise<T> {
  if (!shared) return withOwnRuntime(use);
  shared.runtime ??= new Promise((resolve, reject) => {
    const untilTheEnd = (runtime: Runtime): Promise<never> => {
      resolve(runtime);
      return new Promise(() => {});
    };
    withOwnRuntime(untilTheEnd).catch(reject);
  });
  return use(await shared.runtime);
}

async function withOwnRuntime<T>(use: (runtime: Runtime) => Promise<T>): Promise<T> {
  Object.assign(process.env, offline);
  const before = new Set(workerdsBelow(process.pid));
  const server = createTestHarness({
    root: join(import.meta.dirname, '..'),
    workers: [{ configPath: join(import.meta.dirname, '../wrangler.toml') }],
  });
  return closing(
    () => server.close(),
    async () => {
      const { url } = await within(60, 'starting workerd', server.listen());
      const pids = workerdsBelow(process.pid).filter((id) => !before.has(id));
      return use({ ...client(url), cpuMs: () => cpuMs(pids) });
    },
  );
}

function client(url: URL): Pick<Runtime, 'put' | 'measure'> {
  const ask = async (method: string, path: string, body: BodyInit): Promise<Response> => {
    const signal = AbortSignal.timeout(1000 * LONGEST_REQUEST_S);
    const response = await fetch(new URL(path, url), { method, body, signal });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    put: async (name, bytes) => {
      await (await ask('PUT', `/files/${name}`, bytes as Uint8Array<ArrayBuffer>)).text();
    },
    measure: async (name, options = {}) =>
      (await ask('POST', `/measure/${name}`, JSON.stringify(options))).json() as never,
  };
}

/** Process ids of all workerd processes that descend from `root`. */
export function workerdsBelow(root: number): number[] {
  const all = processes();
  const found: number[] = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of all.filter((p) => p.parent === parent)) {
      parents.push(child.pid);
      if (child.name === 'workerd') found.push(child.pid);
    }
  }
  return found;
}

function processes(): { pid: number; parent: number; name: string }[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
          const [, comm = '', rest = ''] = stat.match(/\((.*)\) (.*)/) ?? [];
          return [{ pid: Number(name), parent: Number(rest.split(' ')[1]), name: comm }];
        } catch {
          return []; // The process ended while the list was read.
        }
      });
  } catch {
    return []; // There is no /proc: this is not Linux.
  }
}
