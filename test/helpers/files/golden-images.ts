// The deterministic inputs of the golden files, from integer arithmetic, the same bytes everywhere.

/** A 32-bit integer hash with low bias (xorshift-multiply). */
export function hash32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const lattice = (x: number, y: number, seed: number): number =>
  hash32(Math.imul(x, 73856093) + Math.imul(y, 19349663) + Math.imul(seed, 83492791)) & 255;

/** Bilinear value noise on cells of 2^shift pixels, integer levels 0…255. */
function valueNoise({
  x,
  y,
  shift,
  seed,
}: {
  x: number;
  y: number;
  shift: number;
  seed: number;
}): number {
  const size = 1 << shift;
  const [ix, iy] = [x >> shift, y >> shift];
  const [fx, fy] = [x & (size - 1), y & (size - 1)];
  const row = (j: number): number =>
    lattice(ix, j, seed) * (size - fx) + lattice(ix + 1, j, seed) * fx;
  return (row(iy) * (size - fy) + row(iy + 1) * fy) >> (2 * shift);
}

const level = (v: number): number => Math.min(255, Math.max(0, v));
const within = (x: number, y: number, cx: number, cy: number, r2: number): boolean =>
  (x - cx) ** 2 + (y - cy) ** 2 < r2;

type Shape = { width: number; height: number };

function paint(
  { width, height }: Shape,
  pixel: (at: { x: number; y: number; u: number; v: number }) => number[],
): Uint8Array {
  const out = new Uint8Array(3 * width * height);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k += 3) {
      const u = Math.floor((x * 512) / width);
      const v = Math.floor((y * 512) / height);
      out.set(pixel({ x, y, u, v }).map(level), k);
    }
  }
  return out;
}

/** The near picture of the hybrid goldens: fine noise with a hard-edged face and stripes, RGB bytes. */
export function detail(shape: Shape): Uint8Array {
  const octaves = [8, 6, 5, 4, 3, 2, 1];
  const total = octaves.reduce((a, b) => a + b, 0);
  return paint(shape, ({ x, y, u, v }) => {
    let rgb = [0, 1, 2].map((c) => {
      const sum = octaves.reduce((acc, weight, i) => {
        const shift = 6 - i;
        return acc + weight * valueNoise({ x, y, shift, seed: 1000 + shift * 10 + c });
      }, 0);
      return level((Math.floor(sum / total) - 128) * 2 + 128);
    });
    if (within(u, v, 256, 230, 150 ** 2)) {
      rgb = [110, 80, 60].map((base, c) => ((rgb[c] as number) >> 1) + base);
      if (!within(u, v, 256, 230, 140 ** 2)) rgb = [0, 0, 0];
    }
    for (const eye of [200, 312]) {
      if (within(u, v, eye, 200, 26 ** 2)) rgb = [255, 255, 255];
      if (within(u, v, eye, 200, 11 ** 2)) rgb = [0, 0, 0];
    }
    return v > 400 && ((u >> 3) & 1) === 0 ? [20, 60, 200] : rgb;
  });
}

/** The far picture of the hybrid goldens: large shapes, true black and white, soft noise, RGB bytes. */
export function blob(shape: Shape): Uint8Array {
  return paint(shape, ({ x, y, u, v }) => {
    let rgb = [0, 1, 2].map((c) => {
      const broad = 2 * valueNoise({ x, y, shift: 7, seed: 2070 + c });
      const fine = valueNoise({ x, y, shift: 5, seed: 2050 + c });
      return 40 + Math.floor((Math.floor((broad + fine) / 3) * 3) / 4);
    });
    if (v >= 320) rgb = (((u >> 6) + (v >> 6)) & 1) === 0 ? [0, 0, 0] : [255, 255, 255];
    if (within(u, v, 150, 170, 90 ** 2)) rgb = [230, 40, 30];
    if (within(u, v, 360, 150, 80 ** 2)) rgb = [0, 0, 0];
    if (Math.abs(u - 256) < 30 && v > 90 && v < 330) rgb = [250, 240, 200];
    return rgb;
  });
}

/** The grey input of the pixelate golden, 512×512, one byte a pixel. */
export function greyTest(): Uint8Array {
  return Uint8Array.from({ length: 512 * 512 }, (_, i) => {
    const [x, y] = [i % 512, i >> 9];
    if (x % 64 === 17 && y < 256) return 255;
    const checker = 24 * (((x >> 5) + (y >> 5)) & 1);
    const noise = (hash32(i) & 63) - 32;
    return level(Math.floor((x * 128) / 511) + Math.floor((y * 96) / 511) + checker + noise);
  });
}
