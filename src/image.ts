// Decoded pixels: the type that codecs produce and consume, its checks, and exact turns and mirrorings.

/** Decoded picture: 8-bit RGBA, straight (not premultiplied) alpha, sRGB, rows top to bottom. */
export type Image = {
  width: number;
  height: number;
  /** `4 · width · height` bytes. */
  data: Uint8ClampedArray;
};

export type Size = { width: number; height: number };

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

/** Whether any pixel is not fully opaque. */
export function hasTransparency({ data }: Image): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

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
export function moved(image: Image, move: Move): Image {
  const { width, height } = image;
  const { sideways, first, stepX, stepY } = walk(move, image);
  const result = createImage(sideways ? { width: height, height: width } : image);
  const source = pixelsOf(image.data);
  const target = pixelsOf(result.data);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = first + y * stepY; x < width; x++, from++, to += stepX) {
      target[to] = source[from] as number;
    }
  }
  return result;
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
