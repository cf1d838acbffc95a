// Runs the measuring Worker in a workerd of its own and asks it for samples.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';
import { closing } from './cleanup.ts';
import { cpuMs } from './cpu-time.ts';
import { within } from './time-limit.ts';

/** Nothing here needs an account or the network. */
export const offline = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CI: '1',
  NO_COLOR: '1',
};

export type Runtime = {
  /** Keeps a file in the Worker under a name. */
  put: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Runs one named measurement of `inside/` and gives what it returns. */
  measure: <Result>(name: string, options?: object) => Promise<Result>;
  /** Peak resident memory of the Worker's process so far, in bytes; `undefined` where there is no `/proc`. */
  peakResident: () => number | undefined;
  /** CPU milliseconds of the Worker's thread so far; `undefined` where there is no `/proc`. */
  cpuMs: () => number | undefined;
};

const LONGEST_S = 240;

/** Starts the Worker, hands it to `use` and closes it on every path. */
export async function withRuntime<T>(use: (runtime: Runtime) => Promise<T>): Promise<T> {
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
      return use({
        ...client(url),
        peakResident: () => highWater(pids),
        cpuMs: () => cpuMs(pids),
      });
    },
  );
}

function client(url: URL): Pick<Runtime, 'put' | 'measure'> {
  const ask = async (method: string, path: string, body: BodyInit): Promise<Response> => {
    const signal = AbortSignal.timeout(1000 * LONGEST_S);
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

// The harness runs a second workerd in front, which holds no Worker of ours and stays small.
function highWater(pids: number[]): number | undefined {
  const peaks = pids.map((pid) => {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m);
    return 1024 * Number(line?.[1] ?? 0);
  });
  return peaks.length > 0 ? Math.max(...peaks) : undefined;
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
          return []; // ended while the list was read
        }
      });
  } catch {
    return []; // no /proc: not Linux
  }
}
