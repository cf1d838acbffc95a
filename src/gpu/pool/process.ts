// A process that renders: started, watched and ended from here.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../graph/engine.ts';
import type { JobLine } from '../../jobs/protocol.ts';
import type { FromRenderer, RendererDevice, RenderJob, ToRenderer } from '../messages.ts';
import { isLast } from '../messages.ts';

export type LineHandler = (line: JobLine, file?: string) => void;

export type RendererProcess = {
  /** The device once it has passed its test; rejects where the process ends before. */
  ready: Promise<RendererDevice>;
  /** Resolves when the process has ended; `trying` is the device that it was testing then. */
  ended: Promise<{ reason: string; trying?: Device['kind'] }>;
  /** Renders one job at a time. Resolves after its last line, which comes whatever happens; the value tells whether the process can go on. */
  render: (job: RenderJob, tell: LineHandler) => Promise<boolean>;
  /** Ends the job at its next step; the process where that takes too long. */
  cancel: () => void;
  /** Asks for a checkpoint soon. */
  save: () => void;
  kill: () => void;
  memoryBytes: () => number;
  pid: number | undefined;
};

export type RendererOptions = {
  env: NodeJS.ProcessEnv;
  /** Most milliseconds of silence, and to end a canceled job. */
  hangMs: number;
  cancelMs: number;
};

const entry = fileURLToPath(new URL('../renderer/renderer.ts', import.meta.url));

type Work = { tell: LineHandler; done: (goesOn: boolean) => void; began: number };

/** Starts a renderer. */
export function startRenderer({ env, hangMs, cancelMs }: RendererOptions): RendererProcess {
  const child = fork(entry, {
    env,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let trying: Device['kind'] | undefined;
  let memory = 0;
  let work: Work | undefined;
  let reason: string | undefined;
  let gone = false;
  let canceling: NodeJS.Timeout | undefined;

  const kill = (why: string): void => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  const hang = setTimeout(() => kill(`was silent for ${hangMs} ms`), hangMs);
  const send = (message: ToRenderer): void => {
    // A process that is gone is dealt with where its end is told.
    if (child.connected) child.send(message, () => {});
  };
  const finish = (goesOn: boolean): void => {
    clearTimeout(canceling);
    canceling = undefined;
    const { done } = work as Work;
    work = undefined;
    done(goesOn);
  };

  /** The last line of a job whose process is gone. */
  const abandon = (why: string): void => {
    if (!work) return;
    const seconds = (performance.now() - work.began) / 1000;
    const message = `the renderer ${why}`;
    work.tell(
      canceling
        ? { type: 'canceled', seconds }
        : { type: 'error', code: 'backend_unavailable', message, retryable: true, seconds },
    );
    finish(false);
  };

  const ended = endOf(child).then((how) => {
    clearTimeout(hang);
    reason ??= how;
    gone = true;
    abandon(reason);
    return { reason, ...(trying && { trying }) };
  });
  const ready = new Promise<RendererDevice>((resolve, reject) => {
    child.on('message', (message: FromRenderer) => {
      hang.refresh();
      if (message.type === 'trying') trying = message.kind;
      if (message.type === 'ready') {
        trying = undefined;
        resolve(message.device);
      }
      if (message.type === 'alive') memory = message.memoryBytes;
      if (message.type !== 'line' || !work) return;
      work.tell(message.line, message.file);
      if (isLast(message.line)) finish(message.restart !== true);
    });
    ended.then(({ reason: why }) => reject(new Error(`the renderer ${why}`)));
  });
  // Whoever waits for it is told; nobody has to.
  ready.catch(() => {});

  return {
    ready,
    ended,
    render(job, tell) {
      return new Promise((done) => {
        work = { tell, done, began: performance.now() };
        if (gone) abandon(reason as string);
        else send({ type: 'job', job });
      });
    },
    cancel() {
      if (!work || canceling) return;
      canceling = setTimeout(() => kill('did not end a canceled job'), cancelMs);
      send({ type: 'cancel' });
    },
    save: () => send({ type: 'save' }),
    kill: () => kill('was told to end'),
    memoryBytes: () => memory,
    pid: child.pid,
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended (${signal ?? `exit code ${code}`})`));
  });
}
