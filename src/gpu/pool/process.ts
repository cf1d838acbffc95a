// A renderer process, as the server process starts, watches and ends it.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../graph/engine.ts';
import type { JobLine } from '../../jobs/protocol.ts';
import type { TestedDevice } from '../../node/device.ts';
import { type FromRenderer, isLast, type RenderJob, type ToRenderer } from '../messages.ts';

export type LineHandler = (line: JobLine, file?: string) => void;

export type RendererProcess = {
  /** The device once it has passed its test; rejects if the process ends before. */
  ready: Promise<TestedDevice>;
  /** Resolves when the process has ended; `trying` is the device that it was testing then. */
  ended: Promise<{ reason: string; trying?: Device['kind'] }>;
  /**
   * Renders one job at a time. Resolves after the job's last line, which is written even if the process ends; to false if the
   * process must not render again.
   */
  render: (job: RenderJob, write: LineHandler) => Promise<boolean>;
  /** Ends the job at its next step, or kills the process if that takes too long. */
  cancel: () => void;
  /** Asks for a checkpoint as soon as possible. */
  save: () => void;
  kill: () => void;
  memoryBytes: () => number;
  pid: number | undefined;
};

export type RendererOptions = {
  env: NodeJS.ProcessEnv;
  /** Milliseconds of silence after which the process is killed. */
  hangMs: number;
  /** Milliseconds that it may take to end a canceled job. */
  cancelMs: number;
};

type Work = { write: LineHandler; done: (canContinue: boolean) => void; began: number };

/** What is known of the process. */
type State = {
  child: ChildProcess;
  isGone: boolean;
  /** Why it ended or is being killed. */
  reason?: string;
  /** The device that it is testing. */
  trying: Device['kind'] | undefined;
  memoryBytes: number;
  work: Work | undefined;
  /** Kills the process if it does not end a canceled job. */
  canceling: NodeJS.Timeout | undefined;
};

const entry = fileURLToPath(new URL('../renderer/renderer.ts', import.meta.url));

/** Folder in which Node keeps compiled modules. A renderer that finds its own there starts with half of the processor time. */
const compiled = fileURLToPath(new URL('../../../.cache/compiled', import.meta.url));

/** Starts a renderer. */
export function startRenderer({ env, hangMs, cancelMs }: RendererOptions): RendererProcess {
  const child = fork(entry, {
    env: { NODE_COMPILE_CACHE: compiled, ...env },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const state: State = {
    child,
    isGone: false,
    memoryBytes: 0,
    trying: undefined,
    work: undefined,
    canceling: undefined,
  };
  const silence = setTimeout(() => kill(state, `was silent for ${hangMs} ms`), hangMs);
  const ended = exitOf(child).then((how) => {
    clearTimeout(silence);
    const reason = state.reason ?? how;
    Object.assign(state, { reason, isGone: true });
    abandonJob(state, reason);
    return { reason, ...(state.trying && { trying: state.trying }) };
  });
  const ready = new Promise<TestedDevice>((resolve, reject) => {
    child.on('message', (message: FromRenderer) => {
      silence.refresh();
      receive(state, message);
      if (message.type === 'ready') resolve(message.device);
    });
    ended.then(({ reason }) => reject(new Error(`the renderer ${reason}`)));
  });
  // Prevents an unhandled rejection if nobody waits for `ready`.
  ready.catch(() => {});
  return {
    ready,
    ended,
    render: (job, write) =>
      new Promise((done) => {
        state.work = { write, done, began: performance.now() };
        if (state.isGone) abandonJob(state, state.reason!);
        else send(state, { type: 'job', job });
      }),
    cancel() {
      if (!state.work || state.canceling) return;
      state.canceling = setTimeout(() => kill(state, 'did not end a canceled job'), cancelMs);
      send(state, { type: 'cancel' });
    },
    save: () => send(state, { type: 'save' }),
    kill: () => kill(state, 'was told to end'),
    memoryBytes: () => state.memoryBytes,
    pid: child.pid,
  };
}

function kill(state: State, reason: string): void {
  state.reason ??= reason;
  state.child.kill('SIGKILL');
}

// A message that cannot be sent needs no handling: the end of the process is handled when `exit` comes.
function send({ child }: State, message: ToRenderer): void {
  if (child.connected) child.send(message, () => {});
}

function receive(state: State, message: FromRenderer): void {
  switch (message.type) {
    case 'trying':
      state.trying = message.kind;
      return;
    case 'ready':
      state.trying = undefined;
      return;
    case 'alive':
      state.memoryBytes = message.memoryBytes;
      return;
    case 'line':
      state.work?.write(message.line, message.file);
      if (isLast(message.line)) finishJob(state, message.restart !== true);
  }
}

function finishJob(state: State, canContinue: boolean): void {
  clearTimeout(state.canceling);
  const { work } = state;
  Object.assign(state, { work: undefined, canceling: undefined });
  work?.done(canContinue);
}

/** Writes the last line of a job whose process is gone. */
function abandonJob(state: State, reason: string): void {
  const { work, canceling } = state;
  if (!work) return;
  const seconds = (performance.now() - work.began) / 1000;
  const message = `the renderer ${reason}`;
  work.write(
    canceling
      ? { type: 'canceled', seconds }
      : { type: 'error', code: 'backend_unavailable', message, retryable: true, seconds },
  );
  finishJob(state, false);
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended (${signal ?? `exit code ${code}`})`));
  });
}
