// Decodes JPEG files to an eighth, a quarter or a half of their size without making all of their pixels.
import type { Image } from '../../../image.ts';
import type { JpegFile } from '../file.ts';
import { decodeMeans } from './means.ts';
import type { ScaledJpegModule } from './module.ts';
import { decodeSamples, oneScanOf, type Scale, startSamples } from './samples.ts';
import type { ScanRun } from './scan.ts';
import { decodeSums, sumSamplingOf } from './sums.ts';

export { type ScaledJpegModule, scaledModule, startScaledJpeg } from './module.ts';
export type { Scale } from './samples.ts';
export { blockBytesOf } from './sums.ts';

/** Whether this module decodes at such a scale. */
export const isScale = (shrink: number): shrink is Scale => [2, 4, 8].includes(shrink);

/**
 * How this module makes the picture at ⌈edge / scale⌉; undefined if it does not: files of unusual sampling, and at a half or a quarter files in
 * several scans that are incomplete or in an unusual order. The answer throws `undecodable` for damaged data.
 */
export function scaledDecoding(
  bytes: Uint8Array,
  file: JpegFile,
  scale: Scale,
): ((module: ScaledJpegModule) => Image) | undefined {
  // A decoder of whole pictures would hold every coefficient, up to six bytes a pixel, to use a 64th of them.
  if (file.buffered && scale === 8) return (wasm) => decodeMeans(wasm, bytes, file);
  const sampling = sumSamplingOf(bytes, file);
  if (sampling) return (wasm) => decodeSums(wasm, { bytes, file, sampling, scale });
  const scan = oneScanOf(bytes, file);
  return scan && ((wasm) => decodeSamples(wasm, { bytes, scan, scale }));
}

/**
 * The picture at ⌈edge / scale⌉ of a file that is still arriving, and a function that paints what it can of it. That function gets all bytes
 * so far, and whether they are the whole file; it returns whether the picture is finished. Both throw `undecodable`.
 */
export type ArrivingPicture = { image: Image; paint: ScanRun };

/** As `scaledDecoding`, for a file of which `readJpegStart` has read the first bytes. The module must do nothing else until the end. */
export function arrivingDecoding(
  start: Uint8Array,
  file: JpegFile,
  scale: Scale,
): ((module: ScaledJpegModule) => ArrivingPicture) | undefined {
  const scan = oneScanOf(start, file);
  if (!scan) return undefined;
  return (wasm) => {
    const { image, run } = startSamples(wasm, scan, scale);
    return { image, paint: (bytes, complete) => run(bytes.subarray(scan.dataStart), complete) };
  };
}
