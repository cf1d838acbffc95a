// Shows how far a download has come: a bar that redraws itself on a terminal, a line per tenth elsewhere.

export type Progress = { update: (done: number) => void; end: () => void };
export type StartProgress = (label: string, total: number) => Progress;

type Output = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

const REDRAW_MS = 100;

/** Progress of `total` bytes, named `label`, on `output`. */
export function showProgress(
  output: Output,
  now: () => number = () => performance.now(),
): StartProgress {
  return output.isTTY ? startBar(output, now) : startLines(output);
}

const startBar =
  (output: Output, now: () => number): StartProgress =>
  (label, total) => {
    // A pseudo-terminal may say 0.
    const columns = output.columns || 80;
    const begin = now();
    let drawn = Number.NEGATIVE_INFINITY;
    let first: number | undefined;
    const draw = (done: number) => {
      // What an earlier run brought is not this connection's speed.
      const speed = (done - (first ?? 0)) / Math.max(1, now() - begin) / 1000;
      const text = `${percent(done, total)} ${mega(done)} of ${mega(total)} MB, ${speed.toFixed(1)} MB/s`;
      const width = Math.max(0, Math.min(30, columns - text.length - 4));
      const full = Math.round((width * done) / total);
      const bar = `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
      output.write(`\r${bar} ${text}\x1b[K`);
    };
    output.write(`${label}\n`);
    let last = 0;
    return {
      update: (done) => {
        last = done;
        first ??= done;
        if (now() - drawn < REDRAW_MS) return;
        drawn = now();
        draw(done);
      },
      end: () => {
        draw(last);
        output.write('\n');
      },
    };
  };

const startLines =
  (output: Output): StartProgress =>
  (label, total) => {
    let tenth = -1;
    return {
      update: (done) => {
        const reached = Math.floor((10 * done) / total);
        if (reached === tenth) return;
        tenth = reached;
        output.write(`${label} ${percent(done, total)} of ${mega(total)} MB\n`);
      },
      end: () => {},
    };
  };

const percent = (done: number, total: number): string => `${Math.floor((100 * done) / total)} %`;
const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);
