// Turns and mirrors a picture as its EXIF orientation says.
import { createImage, type Image } from '../image.ts';

/**
 * The picture as it is meant to be seen, given its EXIF orientation 1…8; exact pixel moves, and
 * the same object for 1. Throws `RangeError` for any other number.
 */
export function orient(image: Image, orientation: number): Image {
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8) {
    throw new RangeError(`orientation: expected an integer from 1 to 8, got ${orientation}`);
  }
  if (orientation === 1) return image;
  const { width, height } = image;
  const swapped = orientation >= 5;
  const turned = createImage({
    width: swapped ? height : width,
    height: swapped ? width : height,
  });
  const source = pixelsOf(image.data);
  const target = pixelsOf(turned.data);
  // Source pixel (x, y) goes to `first + x * stepX + y * stepY`.
  const { first, stepX, stepY } = walk(orientation, { width, height });
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = first + y * stepY; x < width; x++, from++, to += stepX) {
      target[to] = source[from] as number;
    }
  }
  return turned;
}

function walk(orientation: number, { width, height }: { width: number; height: number }) {
  const last = width * height - 1;
  switch (orientation) {
    case 2: // left with right
      return { first: width - 1, stepX: -1, stepY: width };
    case 3: // half a turn
      return { first: last, stepX: -1, stepY: -width };
    case 4: // top with bottom
      return { first: last - width + 1, stepX: 1, stepY: -width };
    case 5: // along the main diagonal
      return { first: 0, stepX: height, stepY: 1 };
    case 6: // a quarter turn clockwise
      return { first: height - 1, stepX: height, stepY: -1 };
    case 7: // along the other diagonal
      return { first: last, stepX: -height, stepY: -1 };
    default: // 8: a quarter turn anticlockwise
      return { first: last - height + 1, stepX: -height, stepY: 1 };
  }
}

/** One 32-bit number per pixel; a copy where the bytes are not aligned to it. */
function pixelsOf(data: Uint8ClampedArray): Uint32Array {
  const bytes = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
