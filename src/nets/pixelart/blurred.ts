// Gaussian blur of a plane of cells whose weights at the borders are scaled to the sum 1, as the pixel-art network has it.

/** `plane` blurred by a Gaussian of this standard deviation; beyond three of them weights are 0. */
export function blurred(
  plane: Float32Array,
  { width, height }: { width: number; height: number },
  sigma: number,
): Float32Array {
  const across = along(plane, { lines: height, length: width, line: width, step: 1 }, sigma);
  return along(across, { lines: width, length: height, line: 1, step: width }, sigma);
}

type Lines = { lines: number; length: number; line: number; step: number };

function along(from: Float32Array, { lines, length, line, step }: Lines, sigma: number) {
  const reach = Math.floor(3 * sigma);
  const weights = Float32Array.from({ length: reach + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const to = new Float32Array(from.length);
  const sums = new Float64Array(lines);
  for (let i = 0; i < length; i++) {
    const first = Math.max(0, i - reach);
    const last = Math.min(length - 1, i + reach);
    let total = 0;
    sums.fill(0);
    for (let k = first; k <= last; k++) {
      const weight = weights[Math.abs(i - k)]!;
      total += weight;
      for (let n = 0, at = k * step; n < lines; n++, at += line) sums[n]! += weight * from[at]!;
    }
    for (let n = 0, at = i * step; n < lines; n++, at += line) to[at] = sums[n]! / total;
  }
  return to;
}
