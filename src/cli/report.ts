// Reports the results of the pictures: a bar or plain lines, errors, lines of JSON, and a last line.
import { type Progress, showProgress } from '../node/progress.ts';
import type { Result } from './batch.ts';

type Output = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

export type Report = {
  /** Begins with so many pictures. */
  begin: (count: number) => void;
  /** The share of a picture that is done, 0…1; `key` tells pictures apart. */
  progress: (key: string, share: number) => void;
  result: (key: string, result: Result) => void;
  /** Ends what `begin` began, and writes how many pictures were made. */
  end: () => void;
  /** How many pictures failed. */
  failed: () => number;
};

export type ReportPorts = {
  /** Whether each result is a line of JSON on `stdout`; `stderr` then has errors only. */
  json: boolean;
  quiet: boolean;
  stdout: Output;
  stderr: Output;
  now: () => number;
};

const pictures = (count: number): string => `${count} picture${count === 1 ? '' : 's'}`;

/** A result as a line of JSON. */
export function jsonLine({ input, output, made, ms, failure }: Result): string {
  return JSON.stringify({
    input,
    output,
    ...(made && {
      bytes: made.bytes,
      width: made.width,
      height: made.height,
      format: made.format,
    }),
    ms,
    ...(failure && { error: failure.code, message: failure.message }),
  });
}

/** A result that failed, in words. */
export const failureLine = ({ input, output, failure }: Result): string => {
  const about = ['output_exists', 'output_unwritable'].includes(failure!.code) ? output : input;
  const message = failure!.message;
  return message.startsWith(`${about}: `) ? message : `${about ?? input}: ${message}`;
};

export function createReport({ json, quiet, stdout, stderr, now }: ReportPorts): Report {
  const shows = !json && !quiet;
  const shares = new Map<string, number>();
  let [began, count, done, failed, failedNow] = [0, 0, 0, 0, 0];
  let bar: Progress | undefined;
  const draw = (): void => {
    const running = [...shares.values()].reduce((sum, share) => sum + share, 0);
    bar?.update(done + running);
  };
  return {
    begin(total) {
      [began, count, done, failedNow] = [now(), total, 0, 0];
      shares.clear();
      if (!shows || total === 0) return;
      bar = showProgress(stderr, now, {
        bar: ({ done: made, perSecond }) =>
          `${Math.floor(made)} of ${pictures(total)}, ${perSecond.toFixed(1)} per second`,
        total: pictures,
      })('rendering', total);
    },
    progress(key, share) {
      shares.set(key, share);
      draw();
    },
    result(key, result) {
      shares.delete(key);
      done += 1;
      if (result.failure) {
        failed += 1;
        failedNow += 1;
        const line = failureLine(result);
        if (bar) bar.say(line);
        else stderr.write(`${line}\n`);
      }
      if (json) stdout.write(`${jsonLine(result)}\n`);
      draw();
    },
    end() {
      if (!shows) return;
      bar?.end();
      bar = undefined;
      const seconds = ((now() - began) / 1000).toFixed(1);
      const failures = failedNow > 0 ? `, ${failedNow} failed` : '';
      stderr.write(`${pictures(count - failedNow)} in ${seconds} s${failures}\n`);
    },
    failed: () => failed,
  };
}
