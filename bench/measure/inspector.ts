// Runs the bundled Worker and measures its memory from outside: V8's figures through the inspector, the process through `/proc`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unstable_startWorker as startWorker } from 'wrangler';
import { closing } from './cleanup.ts';
import { offline, workerdsBelow } from './runtime.ts';
import { within } from './time-limit.ts';

/** Bytes. Garbage that V8 has not collected yet counts, except in `wasm`. */
export type Usage = {
  /** JavaScript objects. */
  heap: number;
  /** Contents of array buffers; those of WebAssembly memories are not among them. */
  buffers: number;
  /** Every live WebAssembly memory, largest first. */
  wasm: number[];
  /** Resident memory of the whole process; 0 where there is no `/proc`. */
  resident: number;
};

/** The highest of each figure that was seen while something ran, in bytes. */
export type Peak = {
  /** JavaScript objects and array buffers together. */
  script: number;
  /** WebAssembly memories afterwards; they never shrink. */
  wasm: number;
  /** Resident memory of the process. */
  resident: number;
  samples: number;
};

export type InspectedWorker = {
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Resident memory of the process now, in bytes; 0 where there is no `/proc`. */
  resident: () => number;
  /** What is held once garbage is collected. */
  usage: () => Promise<Usage>;
  /** Runs `work` and measures beside it, as often as the isolate answers; `collect` collects garbage before each sample. */
  watch: <T>(work: () => Promise<T>, collect: boolean) => Promise<{ result: T; peak: Peak }>;
};

const SAMPLE_EVERY_MS = 20;
const LONGEST_S = 120;
const ANSWER_S = 20;

/** Builds and starts the Worker of `config` with nothing stored, hands it to `use` and closes it on every path. */
export async function withInspected<T>(
  use: (worker: InspectedWorker) => Promise<T>,
  {
    config = fileURLToPath(new URL('../../wrangler.toml', import.meta.url)),
    vars = {} as Record<string, string>,
  } = {},
): Promise<T> {
  Object.assign(process.env, offline);
  const before = new Set(workerdsBelow(process.pid));
  const worker = await startWorker({
    config,
    bindings: Object.fromEntries(
      Object.entries({ RATE_LIMIT: 'off', ...vars }).map(
        ([name, value]) => [name, { type: 'plain_text', value }] as const,
      ),
    ),
    build: { minify: true },
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: { hostname: '127.0.0.1', port: 0 },
      logLevel: 'error',
      watch: false,
      persist: false,
    },
  });
  const sockets: Session[] = [];
  const close = async (): Promise<void> => {
    for (const session of sockets) session.close();
    await worker.dispose();
  };
  return closing(close, async () => {
    await within(60, 'starting workerd', worker.ready);
    const url = await worker.url;
    const session = await connect((await worker.inspectorUrl) as URL);
    sockets.push(session);
    const pids = workerdsBelow(process.pid).filter((id) => !before.has(id));
    const fetchFrom: InspectedWorker['fetch'] = (path, init) =>
      fetch(new URL(path, url), { signal: AbortSignal.timeout(1000 * LONGEST_S), ...init });
    return use(inspected(session, pids, fetchFrom));
  });
}

function inspected(
  session: Session,
  pids: number[],
  fetchFrom: InspectedWorker['fetch'],
): InspectedWorker {
  const usage = async (): Promise<Usage> => {
    const wasm = await liveMemories(session);
    return { ...(await heapUsage(session)), wasm, resident: status(pids, 'VmRSS') };
  };
  return {
    fetch: fetchFrom,
    resident: () => status(pids, 'VmRSS'),
    usage,
    async watch(work, collect) {
      resetHighWater(pids);
      let script = 0;
      let samples = 0;
      const note = async (): Promise<void> => {
        // Looking for objects collects garbage; `collectGarbage` itself is not always answered.
        if (collect) await liveMemories(session);
        const { heap, buffers } = await heapUsage(session);
        script = Math.max(script, heap + buffers);
        samples++;
      };
      let running = true;
      const watching = (async () => {
        while (running) {
          // A busy isolate answers late or never: what comes, counts.
          await note().catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
        }
      })();
      const result = await work().finally(async () => {
        running = false;
        await watching;
      });
      const resident = status(pids, 'VmHWM');
      return {
        result,
        peak: { script, wasm: sum(await liveMemories(session)), resident, samples },
      };
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

type Session = {
  call: <Result>(method: string, params?: object) => Promise<Result>;
  /** The Worker's context; the protocol's default is none of its own. */
  context: () => number | undefined;
  close: () => void;
};

async function connect(inspector: URL): Promise<Session> {
  const targets = (await (await fetch(`http://${inspector.host}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  // The debugger refuses connections that name no origin; Node's WebSocket takes headers, its types do not say so.
  const socket = new WebSocket((targets[0] as (typeof targets)[0]).webSocketDebuggerUrl, {
    headers: { Origin: 'http://localhost' },
  } as never);
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the inspector refused')));
  });
  await within(20, 'connecting to the inspector', opened);
  let context: number | undefined;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    if (answer.method === 'Runtime.executionContextCreated') context = answer.params?.context?.id;
  });
  let last = 0;
  const call = async <Result>(method: string, params: object = {}): Promise<Result> => {
    const id = ++last;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await within(ANSWER_S, method, answered).finally(() =>
      waiting.delete(id),
    );
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Result;
  };
  await call('Runtime.enable');
  return { call, context: () => context, close: () => socket.close() };
}

type Answer = {
  id?: number;
  method?: string;
  params?: { context?: { id: number } };
  result?: unknown;
  error?: { message: string };
};

async function heapUsage({ call }: Session): Promise<{ heap: number; buffers: number }> {
  const answer = await call<Record<string, number>>('Runtime.getHeapUsage');
  return { heap: answer.usedSize ?? 0, buffers: answer.backingStorageSize ?? 0 };
}

/** Sizes of all memories that something still refers to, largest first. Collects garbage. */
async function liveMemories({ call, context }: Session): Promise<number[]> {
  const objectGroup = 'memories';
  const { result } = await call<{ result: { objectId: string } }>('Runtime.evaluate', {
    expression: 'WebAssembly.Memory.prototype',
    contextId: context(),
    objectGroup,
  });
  const { objects } = await call<{ objects: { objectId: string } }>('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
    objectGroup,
  });
  const sizes = await call<{ result: { value: number[] } }>('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.map((memory) => memory.buffer.byteLength); }',
    returnByValue: true,
  });
  // The list itself would keep them alive.
  await call('Runtime.releaseObjectGroup', { objectGroup });
  return sizes.result.value.sort((a, b) => b - a);
}

/** A line of the largest process's status, in bytes. */
function status(pids: number[], field: 'VmHWM' | 'VmRSS'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm');
  const values = pids.map((pid) => {
    try {
      return 1024 * Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(line)?.[1] ?? 0);
    } catch {
      return 0; // ended, or no /proc
    }
  });
  return Math.max(0, ...values);
}

function resetHighWater(pids: number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Not Linux, or not permitted: the peak then counts from the start of the process.
    }
  }
}
