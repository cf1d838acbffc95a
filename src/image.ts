// Decoded pixels: the type that codecs produce and consume, its checks, and exact turns and mirrorings.
import { eachBand } from './bands.ts';
import type { Pace } from './pace.ts';

/** Decoded picture: 8-bit RGBA, straight (not premultiplied) alpha, sRGB, rows top to bottom. */
export type Image = {
  width: number;
  height: number;
  /** `4 · width · height` bytes. */
  data: Uint8ClampedArray;
};

export type Size = { width: number; height: number };

/**
 * What a decoder's shrunk picture shows: each of its pixels is the mean of `factor × factor` pixels of the full picture, whose top
 * left corner lies at (`left`, `top`) of the shrunk one, in pixels of that. Whole squares only would put it at (0, 0); after a
 * turn or a mirroring the last, partial squares may come first.
 */
export type Shrunk = { full: Size; factor: number; left: number; top: number };

/** A picture as it is: nothing was shrunk. */
export const unshrunk = ({ width, height }: Size): Shrunk => ({
  full: { width, height },
  factor: 1,
  left: 0,
  top: 0,
});

/** What a picture shows that a decoder shrunk by `factor`. */
export const shrunkBy = (full: Size, factor: number): Shrunk => ({
  ...unshrunk(full),
  factor,
});

/** What the shrunk picture shows after a move. */
export function movedShrunk({ full, factor, left, top }: Shrunk, move: Move): Shrunk {
  const right = Math.ceil(full.width / factor) - full.width / factor - left;
  const bottom = Math.ceil(full.height / factor) - full.height / factor - top;
  const turned = { width: full.height, height: full.width };
  const corners: Record<Move, [Size, number, number]> = {
    mirror: [full, right, top],
    flip: [full, left, bottom],
    'half-turn': [full, right, bottom],
    transpose: [turned, top, left],
    'quarter-turn': [turned, bottom, left],
    transverse: [turned, bottom, right],
    'three-quarter-turn': [turned, top, right],
  };
  const [size, x, y] = corners[move];
  return { full: { width: size.width, height: size.height }, factor, left: x, top: y };
}

/** Makes an image, checking that the buffer has `4 · width · height` bytes; throws `RangeError` otherwise. */
export function createImage(
  { width, height }: Size,
  data: Uint8ClampedArray = new Uint8ClampedArray(4 * width * height),
): Image {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`image: expected positive integer sizes, got ${width}×${height}`);
  }
  if (data.length !== 4 * width * height) {
    throw new RangeError(
      `image: expected ${4 * width * height} bytes for ${width}×${height}, got ${data.length}`,
    );
  }
  return { width, height, data };
}

/** Whether any pixel is not fully opaque. Fast enough to need no pause: some 5 ms for 12 megapixels. */
export function hasTransparency({ data }: Image): boolean {
  const pixels = pixelsOf(data);
  const [opaque] = new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer) as unknown as [number];
  let all = opaque;
  for (let first = 0; first < pixels.length && all === opaque; first += SCANNED) {
    const end = Math.min(pixels.length, first + SCANNED);
    for (let p = first; p < end; p++) all &= pixels[p]!;
    all = (all & opaque) >>> 0;
  }
  return all !== opaque;
}

// The scan looks up this often whether it has found something.
const SCANNED = 4096;

/** Ways to turn and mirror; quarter and three-quarter turns are clockwise, `transpose` mirrors along the main diagonal, `transverse` along the other. */
export type Move =
  | 'mirror'
  | 'flip'
  | 'half-turn'
  | 'quarter-turn'
  | 'three-quarter-turn'
  | 'transpose'
  | 'transverse';

// What a pixel takes, in nanoseconds: sideways each one goes to another line of the cache.
const ALONG_NS = 5;
const SIDEWAYS_NS = 12;

/** The image turned or mirrored, each pixel moved exactly. `mirror` swaps left and right, `flip` top and bottom. */
export async function moved(image: Image, move: Move, pace: Pace): Promise<Image> {
  const { width, height } = image;
  const walked = walk(move, image);
  const { sideways } = walked;
  const result = createImage(sideways ? { width: height, height: width } : image);
  const source = pixelsOf(image.data);
  const target = pixelsOf(result.data);
  const ns = width * (sideways ? SIDEWAYS_NS : ALONG_NS);
  await eachBand({ count: height, ns }, pace, (top, end) => {
    for (let y = top; y < end; y++) moveRow(source, target, y, { width, ...walked });
  });
  return result;
}

function moveRow(
  source: Uint32Array,
  target: Uint32Array,
  y: number,
  { width, first, stepX, stepY }: { width: number; first: number; stepX: number; stepY: number },
): void {
  let to = first + y * stepY;
  for (let from = y * width; from < (y + 1) * width; from++, to += stepX) {
    target[to] = source[from]!;
  }
}

/** Source pixel (x, y) goes to `first + x · stepX + y · stepY`; `sideways` swaps width and height. */
function walk(move: Move, { width, height }: Size) {
  const last = width * height - 1;
  switch (move) {
    case 'mirror':
      return { sideways: false, first: width - 1, stepX: -1, stepY: width };
    case 'half-turn':
      return { sideways: false, first: last, stepX: -1, stepY: -width };
    case 'flip':
      return { sideways: false, first: last - width + 1, stepX: 1, stepY: -width };
    case 'transpose':
      return { sideways: true, first: 0, stepX: height, stepY: 1 };
    case 'quarter-turn':
      return { sideways: true, first: height - 1, stepX: height, stepY: -1 };
    case 'transverse':
      return { sideways: true, first: last, stepX: -height, stepY: -1 };
    case 'three-quarter-turn':
      return { sideways: true, first: last - height + 1, stepX: -height, stepY: 1 };
  }
}

/** One 32-bit number per pixel; a copy where the bytes are not aligned to it. */
function pixelsOf(data: Uint8ClampedArray): Uint32Array {
  const bytes = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
