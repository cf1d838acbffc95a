// Reads the clean aperture of an AVIF file: the part of the coded picture that is shown (ISO/IEC 14496-12, `clap`).
import { createImage, type Image, type Size } from '../../image.ts';

export type Aperture = Size & { left: number; top: number };

/** Bytes of the box: four fractions. */
const BOX_BYTES = 32;

/** The aperture that a box's payload describes; undefined if it is not made of whole pixels inside of the coded picture, and so ignored. */
export function readAperture(payload: DataView, coded: Size): Aperture | undefined {
  if (payload.byteLength < BOX_BYTES) return undefined;
  const [width = 0, height = 0, x = 0, y = 0] = [0, 8, 16, 24].map(
    (at) => payload.getInt32(at) / payload.getUint32(at + 4),
  );
  // The offsets are those of the middle from the middle of the coded picture.
  const aperture = {
    width,
    height,
    left: (coded.width - width) / 2 + x,
    top: (coded.height - height) / 2 + y,
  };
  const { left, top } = aperture;
  const isWhole = Object.values(aperture).every(Number.isInteger);
  const isInside =
    left >= 0 && top >= 0 && left + width <= coded.width && top + height <= coded.height;
  return isWhole && isInside && width > 0 && height > 0 ? aperture : undefined;
}

/** The part of a picture. */
export function cropTo({ data, width }: Image, aperture: Aperture): Image {
  const part = createImage(aperture);
  const rowBytes = 4 * aperture.width;
  for (let y = 0; y < aperture.height; y++) {
    const from = 4 * ((aperture.top + y) * width + aperture.left);
    part.data.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return part;
}
