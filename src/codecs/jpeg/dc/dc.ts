// Decodes a JPEG of several scans at an eighth of its size, from little more than its DC coefficients.
import type { Image } from '../../../image.ts';
import type { Pace } from '../../../pace.ts';
import type { JpegFile } from '../file.ts';
import { dcPixels } from './pixels.ts';
import { decodeDcPlanes } from './planes.ts';

/** The picture at an eighth of its size, rounded up. Throws `undecodable` for corrupt data. */
export async function decodeEighth(bytes: Uint8Array, file: JpegFile, pace: Pace): Promise<Image> {
  return dcPixels(file, await decodeDcPlanes(bytes, file, pace), pace);
}
