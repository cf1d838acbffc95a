// Decoded pixels: the type that codecs produce and consume, and its checks.

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
