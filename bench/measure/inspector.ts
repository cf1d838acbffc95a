// Runs the bundled Worker and measures its memory from outside: V8's memory through the inspector, the process's through `/proc`.
import { fileURLToPath } from 'node:url';
import { unstable_startWorker as startWorker } from 'wrangler';
import { closing } from './cleanup.ts';
import { resetHighWater, resident } from './resident.ts';
import { offline, workerdsBelow } from './runtime.ts';
import { within } from './time-limit.ts';

/** All in bytes. Garbage that V8 has not collected yet is included, except in `wasm`. */
export type Usage = {
  /** JavaScript objects. */
  heap: number;
  /** Contents of array buffers, without WebAssembly memories. */
  buffers: number;
  /** Every live WebAssembly memory, largest first. */
  wasm: number[];
  /** Resident memory of the whole process; 0 without `/proc`. */
  resident: number;
};

/** The highest value of each figure while some work ran, in bytes. */
export type Peak = {
  /** JavaScript objects and array buffers together. */
  script: number;
  /** WebAssembly memories after the work; they never shrink. */
  wasm: number;
  /** Resident memory of the process. */
  resident: number;
  samples: number;
};

export type InspectedWorker = {
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Resident memory of the process now, in bytes; 0 without `/proc`. */
  resident: () => number;
  /** What is in use after a garbage collection. */
  usage: () => Promise<Usage>;
  /** Runs `work` and samples the memory meanwhile, as often as the isolate answers; `collect`: collect garbage before each sample. */
  watch: <T>(work: () => Promise<T>, collect: boolean) => Promise<{ result: T; peak: Peak }>;
};

const SAMPLE_EVERY_MS = 20;
const LONGEST_REQUEST_S = 120;
const LONGEST_ANSWER_S = 60;

/** Builds the Worker of `config`, starts it with an empty store, hands it to `use`, and always closes it. */
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
      fetch(new URL(path, url), { signal: AbortSignal.timeout(1000 * LONGEST_REQUEST_S), ...init });
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
    return { ...(await heapUsage(session)), wasm, resident: largest(pids, 'VmRSS') };
  };
  return {
    fetch: fetchFrom,
    resident: () => largest(pids, 'VmRSS'),
    usage,
    async watch(work, collect) {
      resetHighWater(pids);
      let script = 0;
      let samples = 0;
      const note = async (): Promise<void> => {
        // Searching for objects collects garbage. The inspector's `collectGarbage` does not always answer.
        if (collect) await liveMemories(session);
        const { heap, buffers } = await heapUsage(session);
        script = Math.max(script, heap + buffers);
        samples++;
      };
      let running = true;
      const watching = (async () => {
        while (running) {
          // A busy isolate answers late or never; samples that do not come are left out.
          await note().catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
        }
      })();
      const result = await work().finally(async () => {
        running = false;
        await watching;
      });
      const highest = largest(pids, 'VmHWM');
      const wasm = sum(await liveMemories(session));
      return { result, peak: { script, wasm, resident: highest, samples } };
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

type Session = {
  call: <Result>(method: string, params?: object) => Promise<Result>;
  /** The Worker's execution context; the protocol's default is another one. */
  context: () => number | undefined;
  close: () => void;
};

async function connect(inspector: URL): Promise<Session> {
  const targets = (await (await fetch(`http://${inspector.host}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  // The debugger refuses connections without an origin. Node's WebSocket takes headers, but its types do not know that.
  const socket = new WebSocket(targets[0]!.webSocketDebuggerUrl, {
    headers: { Origin: 'http://localhost' },
  } as never);
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the inspector refused')));
  });
  await within(LONGEST_ANSWER_S, 'connecting to the inspector', opened);
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
    const { result, error } = await within(LONGEST_ANSWER_S, method, answered).finally(() =>
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

/** Sizes of all memories that are still referenced, largest first. Collects garbage. */
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
  // The list itself would keep the memories alive.
  await call('Runtime.releaseObjectGroup', { objectGroup });
  return sizes.result.value.sort((a, b) => b - a);
}

/** `VmRSS` or `VmHWM` of the largest process, in bytes. */
const largest = (pids: readonly number[], field: 'VmHWM' | 'VmRSS'): number =>
  Math.max(0, ...pids.map((pid) => resident([pid], field)));
