// Shows how far long work has come: a bar that redraws itself on a terminal, a line per tenth elsewhere.

export type Progress = {
  update: (done: number) => void;
  /** Writes a line of its own, above the bar. */
  say: (line: string) => void;
  end: () => void;
};
export type StartProgress = (label: string, total: number) => Progress;

type Output = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

/** How amounts are written. */
export type Amounts = {
  /** What is done, how fast, and how much there is in all. */
  bar: (state: { done: number; total: number; perSecond: number }) => string;
  /** How much there is in all. */
  total: (total: number) => string;
};

const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);

const bytes: Amounts = {
  bar: ({ done, total, perSecond }) =>
    `${mega(done)} of ${mega(total)} MB, ${mega(perSecond)} MB/s`,
  total: (total) => `${mega(total)} MB`,
};

const REDRAW_MS = 100;

/** Progress of `total` of something, bytes unless `amounts` says otherwise, named `label`, on `output`. */
export function showProgress(
  output: Output,
  now: () => number = () => performance.now(),
  amounts: Amounts = bytes,
): StartProgress {
  return output.isTTY ? startBar(output, now, amounts) : startLines(output, amounts);
}

const startBar =
  (output: Output, now: () => number, amounts: Amounts): StartProgress =>
  (label, total) => {
    // A pseudo-terminal may say 0.
    const columns = output.columns || 80;
    const begin = now();
    let drawn = Number.NEGATIVE_INFINITY;
    let first: number | undefined;
    let last = 0;
    const draw = () => {
      drawn = now();
      // What an earlier run brought is not this one's speed.
      const perSecond = (1000 * (last - (first ?? 0))) / Math.max(1, drawn - begin);
      const text = `${percent(last, total)} ${amounts.bar({ done: last, total, perSecond })}`;
      const width = Math.max(0, Math.min(30, columns - text.length - 4));
      const full = Math.round((width * last) / total);
      const bar = `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
      output.write(`\r${bar} ${text}\x1b[K`);
    };
    output.write(`${label}\n`);
    return {
      update: (done) => {
        last = done;
        first ??= done;
        if (now() - drawn >= REDRAW_MS) draw();
      },
      say: (line) => {
        output.write(`\r\x1b[K${line}\n`);
        draw();
      },
      end: () => {
        draw();
        output.write('\n');
      },
    };
  };

const startLines =
  (output: Output, amounts: Amounts): StartProgress =>
  (label, total) => {
    let tenth = -1;
    return {
      update: (done) => {
        const reached = Math.floor((10 * done) / total);
        if (reached === tenth) return;
        tenth = reached;
        output.write(`${label} ${percent(done, total)} of ${amounts.total(total)}\n`);
      },
      say: (line) => output.write(`${line}\n`),
      end: () => {},
    };
  };

const percent = (done: number, total: number): string => `${Math.floor((100 * done) / total)} %`;
