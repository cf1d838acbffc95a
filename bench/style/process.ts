// Starts a process that measures style transfer: its memory can be measured alone, and a device that crashes ends only that process.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { DeviceChoice } from '../../src/node/device.ts';
import { closing } from '../measure/cleanup.ts';
import { within } from '../measure/time-limit.ts';
import type { JobRequest, JobSample } from './job.ts';
import type { Work } from './tasks.ts';

export type MeasuredDevice = Exclude<DeviceChoice, 'auto'>;

export type Request =
  | { kind: 'open'; device: MeasuredDevice; threads: number }
  | { kind: 'prepare'; work: Work }
  | { kind: 'run' }
  | { kind: 'outputs' }
  | ({ kind: 'job' } & JobRequest)
  | { kind: 'memory' };

export type Answers = {
  open: { name: string } | { missing: string };
  prepare: { flops: number };
  run: { ms: number };
  outputs: { total: number; gradient: Float32Array };
  job: JobSample;
  memory: { peakBytes: number };
};

export type StyleProcess = {
  /** Sends one request at a time. Rejects if the process fails to do it, or ends. */
  ask: <K extends Request['kind']>(request: Extract<Request, { kind: K }>) => Promise<Answers[K]>;
};

const LONGEST_REQUEST_S = 3600;
const LONGEST_END_S = 10;
const entry = join(import.meta.dirname, 'child.ts');

/** Starts a process for `use` and ends it afterwards. */
export async function withStyleProcess<T>(use: (child: StyleProcess) => Promise<T>): Promise<T> {
  const child = fork(entry, { execArgv: [], serialization: 'advanced' });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the measuring process ended (${signal ?? `exit code ${code}`})`)),
    );
  });
  // `ask` rejects with it; without a request it is no unhandled rejection.
  ended.catch(() => {});
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', (message: { answer: unknown } | { error: string }) => {
        if ('answer' in message) resolve(message.answer);
        else reject(new Error(message.error));
      });
    });
  const ask: StyleProcess['ask'] = async (request) => {
    const answered = answer();
    child.send(request, () => {});
    return within(LONGEST_REQUEST_S, request.kind, Promise.race([answered, ended])) as never;
  };
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await within(
      LONGEST_END_S,
      'ending',
      ended.catch(() => {}),
    );
  };
  return closing(close, () => use({ ask }));
}
