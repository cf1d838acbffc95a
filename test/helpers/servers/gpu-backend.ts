// A GPU backend as its own process, and the requests of a Worker.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseBackendKeys, signRequest } from '../../../src/jobs/auth.ts';
import type { JobHead, JobLine } from '../../../src/jobs/protocol.ts';

const entry = fileURLToPath(new URL('../../../src/gpu/main.ts', import.meta.url));

export const SECRET = 'a secret for tests only';
const keys = parseBackendKeys(SECRET);

export type LogEntry = { event: string } & Record<string, unknown>;

export type BackendProcess = {
  url: string;
  process: ChildProcess;
  log: LogEntry[];
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Resolves with the first log entry of this event, from now or before. */
  logged: (event: string) => Promise<LogEntry>;
  stop: () => Promise<void>;
};

/** Starts a backend on a free port, on the processor, with one thread. */
export async function startBackend(
  env: Readonly<Record<string, string>> = {},
): Promise<BackendProcess> {
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GPU_SECRET: SECRET,
      GPU_PORT: '0',
      GPU_DEVICE: 'cpu',
      GPU_THREADS: '1',
      ...env,
    },
  });
  const log: LogEntry[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as LogEntry);
    for (const look of [...waiting]) look();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const logged = (event: string): Promise<LogEntry> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const entryFound = log.find((one) => one.event === event);
        if (!entryFound) return;
        waiting.delete(look);
        resolve(entryFound);
      };
      waiting.add(look);
      ended.then((code) => reject(new Error(`the backend ended with ${code}`)));
      look();
    });
  const listening = await logged('listening');
  return {
    url: String(listening.url),
    process: child,
    log,
    ended,
    logged,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export type TestJob = {
  id: string;
  plan: string;
  inputs: readonly { name: string; blob: Uint8Array }[];
  run?: number;
  attempt?: number;
  checkpoint?: { step: number; blob: Uint8Array };
};

/** The head of a job, with correct digests. */
export function headOf({ id, plan, inputs, run = 1, attempt = 1, checkpoint }: TestJob): JobHead {
  return {
    id,
    run,
    attempt,
    plan,
    accept: null,
    inputs: inputs.map(({ name, blob }) => ({ name, bytes: blob.length, sha256: sha256(blob) })),
    ...(checkpoint && {
      checkpoint: {
        step: checkpoint.step,
        bytes: checkpoint.blob.length,
        sha256: sha256(checkpoint.blob),
      },
    }),
  };
}

/** The body of a job: the length of its head, the head, then its blobs. */
export function bodyOf(job: TestJob, head: unknown = headOf(job)) {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const blobs = [...job.inputs, ...(job.checkpoint ? [job.checkpoint] : [])];
  return {
    head: new Uint8Array(text),
    body: Buffer.concat([length, text, ...blobs.map(({ blob }) => blob)]),
  };
}

/** A signed request. */
export async function ask(
  url: string,
  {
    method,
    path,
    head,
    body,
    signal,
  }: {
    method: string;
    path: string;
    head?: Uint8Array<ArrayBuffer>;
    body?: BodyInit;
    signal?: AbortSignal;
  },
): Promise<Response> {
  const headers = await signRequest(
    { method, path, ...(head && { head }) },
    { keys, now: Date.now() },
  );
  return fetch(`${url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
}

/** Submits a job. */
export function put(
  url: string,
  job: TestJob,
  options: { head?: unknown; signal?: AbortSignal } = {},
): Promise<Response> {
  const { head, body } = bodyOf(job, options.head);
  const { signal } = options;
  return ask(url, {
    method: 'PUT',
    path: `/jobs/${job.id}`,
    head,
    body,
    ...(signal && { signal }),
  });
}

/** The lines of a stream as they come. */
export async function* linesOf(response: Response): AsyncGenerator<JobLine> {
  let rest = '';
  for await (const text of (response.body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  )) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) yield JSON.parse(line) as JobLine;
  }
  if (rest) throw new Error('the stream ended within a line');
}

/** All lines of a stream that ends. */
export async function allLines(response: Response): Promise<JobLine[]> {
  const lines: JobLine[] = [];
  for await (const line of linesOf(response)) lines.push(line);
  return lines;
}

/** SHA-256 of the picture that a backend makes of a job that nothing disturbs. */
export async function pictureFrom(
  { url }: BackendProcess,
  { plan, inputs }: Pick<TestJob, 'plan' | 'inputs'>,
): Promise<string> {
  const last = (await allLines(await put(url, { id: 'undisturbed', plan, inputs }))).at(-1);
  if (last?.type !== 'result') throw new Error(`expected a result, got ${JSON.stringify(last)}`);
  return last.sha256;
}
