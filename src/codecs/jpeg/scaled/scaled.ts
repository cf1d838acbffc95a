// Decodes JPEG files to an eighth, a quarter or a half of their size without making all of their pixels.
import type { Image } from '../../../image.ts';
import type { JpegFile } from '../file.ts';
import { decodeMeans } from './means.ts';
import type { ScaledJpegModule } from './module.ts';
import { decodeSamples, oneScanOf, type Scale } from './samples.ts';

export { type ScaledJpegModule, scaledModule, startScaledJpeg } from './module.ts';
export type { Scale } from './samples.ts';

/**
 * How this module makes the picture at ⌈edge / scale⌉; undefined if it does not: files of unusual sampling, and files in several scans at a
 * half or a quarter. The answer throws `undecodable` for damaged data.
 */
export function scaledDecoding(
  bytes: Uint8Array,
  file: JpegFile,
  scale: Scale,
): ((module: ScaledJpegModule) => Image) | undefined {
  // A decoder of whole pictures would hold every coefficient, up to six bytes a pixel, to use a 64th of them.
  if (file.buffered) return scale === 8 ? (wasm) => decodeMeans(wasm, bytes, file) : undefined;
  const scan = oneScanOf(bytes, file);
  return scan && ((wasm) => decodeSamples(wasm, scan, scale));
}
