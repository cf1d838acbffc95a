// Reads the orientation from an EXIF block. A malformed block counts as one without an orientation.

const ORIENTATION_TAG = 0x0112;
const TYPE_SHORT = 3;

/**
 * EXIF orientation, 1…8, of a block that starts at its TIFF header or at `Exif\0\0` before it. 1 if the tag is missing, out of range or
 * unreadable; never throws.
 */
export function exifOrientation(block: Uint8Array): number {
  const tiff = hasExifPrefix(block) ? block.subarray(6) : block;
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const byteOrder = view.getUint16(0);
  if (byteOrder !== 0x4949 && byteOrder !== 0x4d4d) return 1;
  const little = byteOrder === 0x4949;
  if (view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    if (view.getUint16(entry + 2, little) !== TYPE_SHORT) return 1;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Whether the bytes begin with `Exif\0\0`, as in a JPEG's APP1 segment and in some WebP files. */
export function hasExifPrefix(block: Uint8Array): boolean {
  if (block.length < 6) return false;
  const [e, x, i, f, zero, pad] = block;
  // The last byte is padding; other readers ignore its value too.
  return e === 0x45 && x === 0x78 && i === 0x69 && f === 0x66 && zero === 0 && pad !== undefined;
}
