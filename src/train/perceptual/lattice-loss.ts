// How much of a picture is a lattice: patterns that repeat every four pixels, as networks that enlarge by two twice tend to leave.
import type { Value } from '../../graph/graph.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { square } from '../../graph/ops/elementwise.ts';
import { mean } from '../../graph/ops/mean.ts';
import { sum } from '../../graph/ops/reduce.ts';

const PERIOD = 4;
/** Edge of the windows in pixels, and the distance of one from the next. */
const WINDOW = 32;
const STEP = 16;

/** Mean power of the 15 patterns of period 4 (and 2), in Hann windows over x [n, 3, h, w]: the sum over channels and patterns. */
export function latticeLoss(x: Value): Value {
  const patterns = PERIOD * PERIOD - 1;
  const filter = x.graph.constant(windowedPatterns(), [3 * patterns, 3, WINDOW, WINDOW]);
  const found = conv2d(x, filter, { strides: [STEP, STEP] });
  return mean(sum(square(found), { axes: [1] }));
}

let made: Float32Array | undefined;

/** Filters [3 · 15, 3, window, window]: every pattern for every channel. */
function windowedPatterns(): Float32Array {
  made ??= makePatterns();
  return made;
}

function makePatterns(): Float32Array {
  const hann = Array.from(
    { length: WINDOW },
    (_, i) => (1 - Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW)) / WINDOW,
  );
  const area = WINDOW * WINDOW;
  const count = PERIOD * PERIOD - 1;
  const out = new Float32Array(3 * count * 3 * area);
  for (let channel = 0; channel < 3; channel += 1) {
    for (let pattern = 1; pattern <= count; pattern += 1) {
      const at = ((channel * count + pattern - 1) * 3 + channel) * area;
      for (let y = 0; y < WINDOW; y += 1) {
        for (let x = 0; x < WINDOW; x += 1) {
          const wave = along(pattern % PERIOD, x) * along(Math.floor(pattern / PERIOD), y);
          out[at + y * WINDOW + x] = wave * hann[x]! * hann[y]!;
        }
      }
    }
  }
  return out;
}

/** The functions of period 4 along an axis: constant, cosine, sine, alternating; their mean square is 1. */
function along(kind: number, i: number): number {
  if (kind === 0) return 1;
  if (kind === 3) return i % 2 === 0 ? 1 : -1;
  const phase = (Math.PI / 2) * i;
  return Math.SQRT2 * (kind === 1 ? Math.cos(phase) : Math.sin(phase));
}
