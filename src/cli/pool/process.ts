// A renderer process, as the command starts, asks and ends it.
import { fork } from 'node:child_process';
import type { Failure } from '../failure.ts';
import type { FromRenderer, Made, RendererSettings, Task } from '../messages.ts';

export type Outcome = { made: Made } | { failure: Failure };

export type RendererProcess = {
  /** Renders one picture at a time; a picture that takes longer than `timeoutMs` ends the process. */
  render: (task: Task, onProgress: (share: number) => void) => Promise<Outcome>;
  /** Whether the process has ended. */
  isGone: () => boolean;
  end: () => void;
};

export type ProcessOptions = {
  /** File of the program. */
  program: string;
  settings: RendererSettings;
  timeoutMs: number;
};

/** Starts a process. */
export function startProcess({ program, settings, timeoutMs }: ProcessOptions): RendererProcess {
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let gone: string | undefined;
  let isLate = false;
  let trying: string | undefined;
  let receive: (message: FromRenderer) => void = () => {};
  let abandon: (why: string) => void = () => {};
  child.on('message', (message: FromRenderer) => receive(message));
  const end = (why: string): void => {
    gone ??= why;
    abandon(gone);
  };
  child.once('error', ({ message }) => end(`it could not be started: ${message}`));
  child.once('exit', (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}`));
  return {
    isGone: () => gone !== undefined,
    end: () => child.kill('SIGKILL'),
    render: (task, onProgress) =>
      new Promise((resolve) => {
        const finish = (outcome: Outcome): void => {
          clearTimeout(timer);
          [receive, abandon] = [() => {}, () => {}];
          resolve(outcome);
        };
        const fail = (code: Failure['code'], message: string) =>
          finish({ failure: { code, message } });
        const timer = setTimeout(() => {
          isLate = true;
          child.kill('SIGKILL');
        }, timeoutMs);
        // This event comes after the process has ended, which then writes no more files.
        abandon = (why) => {
          if (isLate)
            fail('timeout', `expected at most ${timeoutMs / 1000} s (--timeout), it takes longer`);
          else if (trying === undefined)
            fail('crashed', `the process that rendered it is gone: ${why}`);
          else
            fail(
              'crashed',
              `testing the device ${trying} ended the process, try --device cpu: ${why}`,
            );
        };
        receive = (message) => {
          if (message.type === 'trying') trying = message.device;
          else trying = undefined;
          if (message.type === 'progress') onProgress(message.share);
          if (message.type === 'made') finish({ made: message.made });
          if (message.type === 'failed') finish({ failure: message.failure });
        };
        if (gone !== undefined) abandon(gone);
        else child.send({ type: 'task', task }, () => {});
      }),
  };
}
