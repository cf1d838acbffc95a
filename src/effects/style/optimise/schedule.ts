// The schedule of an optimisation: its scales and the steps in each.
import { scalesUpTo, sizeWithLongSide } from '../../../fit/scales.ts';
import type { Size } from '../../../image.ts';
import { smallestSide } from '../../../nets/vgg19/vgg19.ts';
import type { Network, Objective } from './objective.ts';
import { sizeWithMargin } from './pictures.ts';
import type { Stage } from './state.ts';

export type ScheduleOptions = {
  /** Size of the result. */
  size: Size;
  /** Shortest side in px of a scale before the last. */
  least: number;
  /** Long side of the first scale, in px; undefined: a single scale. */
  coarsest: number | undefined;
  /** Iterations over that many scales. */
  steps: (scales: number) => number;
};

/** Shortest side in px that the network needs for all layers of an objective. */
export const leastSide = ({ variant }: Pick<Network, 'variant'>, objective: Objective): number =>
  smallestSide(variant, [
    ...objective.contentLayers,
    ...objective.styleLayers.map(({ name }) => name),
  ]);

/** All scales with all steps, coarse to fine; their sizes include the margin. The first scale gets twice as many steps, because it changes the picture most. */
export function stagesOf(options: ScheduleOptions): Stage[] {
  const sizes = options.coarsest === undefined ? [options.size] : growingSizes(options);
  const shares = sizes.map((_, i) => (i === 0 ? 2 : 1));
  const whole = shares.reduce((a, b) => a + b, 0);
  const total = options.steps(sizes.length);
  const upTo = (count: number): number =>
    Math.round((total * shares.slice(0, count).reduce((a, b) => a + b, 0)) / whole);
  return sizes.map((size, i) => ({ ...sizeWithMargin(size), steps: upTo(i + 1) - upTo(i) }));
}

/** Sizes that grow by √2 up to `size`, none with a side below `least`. */
export function growingSizes({
  size,
  least,
  coarsest = 0,
}: Pick<ScheduleOptions, 'size' | 'least' | 'coarsest'>): Size[] {
  const [long, short] = [Math.max(size.width, size.height), Math.min(size.width, size.height)];
  const start = Math.max(coarsest, Math.ceil((least * long) / short));
  return scalesUpTo(long, start).map((side) => sizeWithLongSide(size, side));
}
