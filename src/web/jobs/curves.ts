// Curves of losses: one line for each, on a logarithmic scale of its own.
import { h, svg } from '../dom.ts';

/** Most points of one curve. */
const MOST_POINTS = 240;

export type History = Map<string, { step: number; loss: number }[]>;

/** Adds the losses of a step; a step that was there already is replaced. Points are thinned out when there are many. */
export function addLosses(
  history: History,
  step: number,
  losses: Readonly<Record<string, number>>,
): void {
  for (const [name, loss] of Object.entries(losses)) {
    if (!Number.isFinite(loss)) continue;
    const points = (history.get(name) ?? []).filter((point) => point.step < step);
    points.push({ step, loss });
    history.set(name, points.length > MOST_POINTS ? points.filter((_, i) => i % 2 === 0) : points);
  }
}

/** Points of a line in a box of `width` × `height`, from 0 to `steps`; the largest loss is at the top. */
export function linePoints(
  points: readonly { step: number; loss: number }[],
  { width, height, steps }: { width: number; height: number; steps: number },
): string {
  const logs = points.map(({ loss }) => Math.log10(Math.max(loss, 1e-12)));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  return points
    .map(({ step }, i) => {
      const share = high > low ? (logs[i]! - low) / (high - low) : 0.5;
      const x = (width * step) / Math.max(1, steps);
      return `${Number(x.toFixed(1))},${Number((height * (1 - share)).toFixed(1))}`;
    })
    .join(' ');
}

/** A number in three digits. */
export const shortNumber = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));

const BOX = { width: 240, height: 56 };

/** Draws all curves with a legend. */
export function drawCurves(target: HTMLElement, history: History, steps: number): void {
  const lines = [...history].map(([name, points], i) =>
    svg('polyline', {
      points: linePoints(points, { ...BOX, steps }),
      class: `curve curve-${i % 6}`,
      'data-loss': name,
    }),
  );
  const legend = [...history].map(([name, points], i) =>
    h(
      'span',
      { class: `legend legend-${i % 6}` },
      `${name} ${shortNumber(points.at(-1)?.loss ?? 0)}`,
    ),
  );
  target.hidden = history.size === 0;
  target.replaceChildren(
    svg(
      'svg',
      {
        viewBox: `-2 -2 ${BOX.width + 4} ${BOX.height + 4}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': `Losses: ${legend.map(({ textContent }) => textContent).join(', ')}`,
      },
      ...lines,
    ),
    h('p', { class: 'legends' }, ...legend),
  );
}
