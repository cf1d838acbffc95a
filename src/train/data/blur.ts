// Gaussian blur and bicubic enlargement of planes, with repeated borders.

/** One plane blurred by a Gaussian of this standard deviation in pixels. */
export function blurPlane(
  plane: Float32Array,
  { width, height }: { width: number; height: number },
  sigma: number,
): Float32Array {
  if (sigma < 0.15) return plane;
  const reach = Math.ceil(2.5 * sigma);
  const taps = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = taps.reduce((a, b) => a + b, 0);
  const weights = taps.map((tap) => tap / total);
  const across = along(plane, weights, { lines: height, length: width, line: width, step: 1 });
  return along(across, weights, { lines: width, length: height, line: 1, step: width });
}

type Lines = { lines: number; length: number; line: number; step: number };

function along(from: Float32Array, weights: Float32Array, { lines, length, line, step }: Lines) {
  const to = new Float32Array(from.length);
  const reach = weights.length >> 1;
  const padded = new Float32Array(length + 2 * reach);
  for (let n = 0; n < lines; n += 1) {
    for (let i = -reach; i < length + reach; i += 1) {
      padded[i + reach] = from[n * line + step * Math.min(length - 1, Math.max(0, i))]!;
    }
    for (let i = 0; i < length; i += 1) {
      let sum = 0;
      for (let k = 0; k < weights.length; k += 1) sum += weights[k]! * padded[i + k]!;
      to[n * line + i * step] = sum;
    }
  }
  return to;
}

/** Catmull-Rom weights of four neighbours at a distance of 0…1 from the second. */
function cubicWeights(t: number): [number, number, number, number] {
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t,
  ];
}

/** One plane enlarged by a whole factor, moved by (dx, dy) pixels of the result. Bicubic; nearest if `nearest`. */
export function enlargePlane(
  plane: Float32Array,
  { width, height }: { width: number; height: number },
  { factor, dx, dy, nearest }: { factor: number; dx: number; dy: number; nearest: boolean },
): Float32Array {
  const axis = (length: number, shift: number) =>
    Array.from({ length: length * factor }, (_, i) => {
      const at = (i + 0.5 - shift) / factor - 0.5;
      const first = nearest ? Math.round(at) : Math.floor(at);
      const clamp = (k: number): number => Math.min(length - 1, Math.max(0, k));
      return {
        taps: [clamp(first - 1), clamp(first), clamp(first + 1), clamp(first + 2)] as const,
        weights: nearest ? ([0, 1, 0, 0] as const) : cubicWeights(at - first),
      };
    });
  const rows = axis(height, dy);
  const columns = axis(width, dx);
  const middle = new Float32Array(height * columns.length);
  for (let y = 0; y < height; y += 1) {
    columns.forEach(({ taps, weights }, x) => {
      let sum = 0;
      for (let k = 0; k < 4; k += 1) sum += weights[k]! * plane[y * width + taps[k]!]!;
      middle[y * columns.length + x] = sum;
    });
  }
  const out = new Float32Array(rows.length * columns.length);
  rows.forEach(({ taps, weights }, y) => {
    for (let x = 0; x < columns.length; x += 1) {
      let sum = 0;
      for (let k = 0; k < 4; k += 1) sum += weights[k]! * middle[taps[k]! * columns.length + x]!;
      out[y * columns.length + x] = sum;
    }
  });
  return out;
}
