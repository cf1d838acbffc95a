// Filters of a convolution's gradient: in and out channels exchanged, both axes reversed.
import type { Value } from '../../graph.ts';
import { shape4 } from '../../shape.ts';
import { reverse, transpose } from '../reshape.ts';

// Programs for several sizes share their weights; each filter is flipped once for all of them.
const flippedArrays = new WeakMap<Float32Array, Map<string, Float32Array>>();

/** [o, c, kh, kw] as [c, o, kh, kw], rotated by 180°. The result for a constant is a constant. */
export function flipFilter(w: Value): Value {
  const { source, type } = w;
  const half = type === 'float16' ? 'float16' : 'float32';
  if (source.kind !== 'constant' || !(source.data instanceof Float32Array))
    return reverse(transpose(w, [1, 0, 2, 3]), [2, 3]);
  const [o, c, kh, kw] = shape4(w.shape);
  const known = flippedArrays.get(source.data) ?? new Map<string, Float32Array>();
  flippedArrays.set(source.data, known);
  const key = String(w.shape);
  const data = known.get(key) ?? flip(source.data, { o, c, taps: kh * kw });
  known.set(key, data);
  return w.graph.constant(data, [c, o, kh, kw], half);
}

type Extents = { o: number; c: number; taps: number };

function flip(from: Float32Array, { o, c, taps }: Extents): Float32Array {
  const to = new Float32Array(from.length);
  for (let i = 0; i < o; i += 1) {
    for (let j = 0; j < c; j += 1) {
      const filter = from.subarray((i * c + j) * taps, (i * c + j + 1) * taps);
      to.set(filter.toReversed(), (j * o + i) * taps);
    }
  }
  return to;
}
