// Judges stylised pictures as they are served, in 8 bits: how close they are to the style, and how much of the content is left.

import { loadPixelKernels } from '../../src/node/pixel-kernels.ts';
import { slopesOf } from '../../src/tensor/filter/edges.ts';
import { noPace } from '../../src/timing.ts';
import { type Network, type PictureStatistics, statisticsOf } from './features.ts';
import type { Named } from './pictures.ts';

export type Scores = {
  /** Gram loss and sliced Wasserstein distance to the style, relative to the content's own, means over the layers. 0: the style's statistics, 1: the content's. */
  gram: number;
  sliced: number;
  /** The sliced distance by another network, for which nothing was optimised; NaN if that network is not on this machine. */
  other: number;
  /** Gram loss like `gram`, in the other network's layers where it has them, and in the deeper ones by the first; NaN without the other. */
  mixed: number;
  /** Sum over the layers of the Gram losses as they are, as `basic` and `classic` weigh them, relative to the content's own. */
  total: number;
  /** Square distance from the content's features at relu4_2, relative to their squares. */
  content: number;
  /** Correlation of the Sobel magnitudes with the content's. */
  edges: number;
};

export type Evaluator = (result: Named, content: Named, style: Named) => Promise<Scores>;

const LAYERS = ['1_1', '2_1', '3_1', '4_1', '5_1'];
const CONTENT = '4_2';
// The other network may be present with its first layers only.
const OTHER_LAYERS = ['1_1', '2_1', '3_1'];
const DEEPER = LAYERS.filter((name) => !OTHER_LAYERS.includes(name));

/** tf.js must be ready. The features of contents and styles are computed once. */
export function createEvaluator(network: Network, other: Network | undefined): Evaluator {
  const known = new Map<string, Promise<PictureStatistics>>();
  const main = ({ image }: Named) =>
    statisticsOf(image, network, { layers: LAYERS, content: CONTENT });
  const further = async ({ image }: Named) =>
    other && statisticsOf(image, other, { layers: OTHER_LAYERS });
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if (!known.has(key)) known.set(key, make() as never);
    return known.get(key) as never;
  };
  const kernels = loadPixelKernels();
  const edgesOf = async ({ image }: Named) =>
    slopesOf(image, { kernel: 'sobel', kernels: await kernels, pace: noPace });

  return async (result, content, style) => {
    const of = (named: Named) => once(named.name, () => main(named));
    const [a, from, to] = [await main(result), await of(content), await of(style)];
    const otherOf = (named: Named) => once(`other ${named.name}`, () => further(named));
    const [b, otherFrom, otherTo] = [
      await further(result),
      await otherOf(content),
      await otherOf(style),
    ];
    return {
      gram: share(LAYERS, gramLoss, [a, from, to]),
      sliced: share(LAYERS, slicedDistance, [a, from, to]),
      other:
        b && otherFrom && otherTo
          ? share(OTHER_LAYERS, slicedDistance, [b, otherFrom, otherTo])
          : Number.NaN,
      mixed:
        b && otherFrom && otherTo
          ? (OTHER_LAYERS.length * share(OTHER_LAYERS, gramLoss, [b, otherFrom, otherTo]) +
              DEEPER.length * share(DEEPER, gramLoss, [a, from, to])) /
            LAYERS.length
          : Number.NaN,
      total: sumOf(gramLoss, [a, to]) / sumOf(gramLoss, [from, to]),
      content: meanSquare(a.content, from.content) / meanSquare(from.content),
      edges: correlation(await edgesOf(result), await edgesOf(content)),
    };
  };
}

type Measure = (a: PictureStatistics, b: PictureStatistics, layer: string) => number;

const share = (
  layers: readonly string[],
  measure: Measure,
  [result, content, style]: readonly [PictureStatistics, PictureStatistics, PictureStatistics],
): number =>
  layers.reduce((sum, l) => sum + measure(result, style, l) / measure(content, style, l), 0) /
  layers.length;

const sumOf = (measure: Measure, [a, b]: readonly [PictureStatistics, PictureStatistics]): number =>
  LAYERS.reduce((sum, layer) => sum + measure(a, b, layer), 0);

const gramLoss: Measure = (a, b, layer) => meanSquare(a.layers[layer]!.gram, b.layers[layer]!.gram);

const slicedDistance: Measure = (a, b, layer) => {
  const others = b.layers[layer]!.quantiles;
  const squares = a.layers[layer]!.quantiles.map((q, k) => meanSquare(q, others[k]));
  return Math.sqrt(squares.reduce((x, y) => x + y, 0) / squares.length);
};

function meanSquare(a: Float32Array, b?: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - (b?.[i] ?? 0)) ** 2;
  return sum / a.length;
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (x: Float32Array) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - ma, b[i]! - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
