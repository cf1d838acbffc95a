// Decoded pixels: the type that codecs produce and consume, its checks, and exact turns and mirrorings.
import { eachBand, type Pace } from './timing.ts';

/** Decoded picture: 8-bit RGBA, straight (not premultiplied) alpha, sRGB, rows top to bottom. */
export type Image = {
  width: number;
  height: number;
  /** `4 · width · height` bytes. */
  data: Uint8ClampedArray;
};

export type Size = { width: number; height: number };

/**
 * How a picture that the decoder shrank relates to the full picture: each pixel is the mean of `factor × factor` full pixels. The full
 * picture's top left corner lies at (`left`, `top`), in pixels of the shrunk picture. That is (0, 0) unless a turn or mirroring has
 * moved the partial squares of the right or lower edge to the left or the top.
 */
export type Shrunk = { full: Size; factor: number; left: number; top: number };

/** For a picture that was decoded at its full size. */
export const unshrunk = ({ width, height }: Size): Shrunk => ({
  full: { width, height },
  factor: 1,
  left: 0,
  top: 0,
});

/** For a picture that the decoder shrank by `factor`. */
export const shrunkBy = (full: Size, factor: number): Shrunk => ({
  ...unshrunk(full),
  factor,
});

/** The same relation after the shrunk picture has been turned or mirrored. */
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

/** Pixels of images that need not be searched. */
const opaqueData = new WeakSet<Uint8ClampedArray>();

/** Notes that every pixel is opaque, or will be when the image is complete, so that `hasTransparency` need not look. Returns the image. */
export function markOpaque(image: Image): Image {
  opaqueData.add(image.data);
  return image;
}

/** Whether any pixel is not fully opaque. Does not yield: 12 megapixels take about 5 ms, unless `markOpaque` has said what there is. */
export function hasTransparency({ data }: Image): boolean {
  if (opaqueData.has(data)) return false;
  const pixels = pixelsOf(data);
  const opaque = new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0]!;
  let all = opaque;
  for (let first = 0; first < pixels.length && all === opaque; first += SCANNED) {
    const end = Math.min(pixels.length, first + SCANNED);
    for (let p = first; p < end; p++) all &= pixels[p]!;
    all = (all & opaque) >>> 0;
  }
  return all !== opaque;
}

// Pixels scanned between two checks whether a transparent one was found.
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

/** The image turned or mirrored, each pixel moved exactly. `mirror` swaps left and right, `flip` top and bottom. */
export async function moved(image: Image, move: Move, pace: Pace): Promise<Image> {
  const { width, height } = image;
  const walked = walk(move, image);
  const { sideways } = walked;
  const result = createImage(sideways ? { width: height, height: width } : image);
  const source = pixelsOf(image.data);
  const target = pixelsOf(result.data);
  await eachBand(height, pace, (top, end) => {
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

/** The RGBA pixels as 32-bit numbers, one for each; a copy if the bytes are not aligned to four. */
export function pixelsOf(data: Uint8ClampedArray): Uint32Array {
  const bytes = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
