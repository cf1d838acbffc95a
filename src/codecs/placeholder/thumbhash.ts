// ThumbHash: a placeholder of some 25 bytes with colours, aspect ratio and transparency.
import { rgbaToThumbHash } from 'thumbhash';
import type { Image } from '../../image.ts';
import { enlarge } from './enlarge.ts';

/** Longest side of a picture that can be hashed, in pixels. */
export const THUMBHASH_EDGE = 100;

/** Shortest side that is hashed, in pixels. On fewer pixels, the hash's seven waves alias: a single red pixel would be shown as stripes. */
const MIN_EDGE = 8;

/** The picture's ThumbHash as base64 with padding, as in its author's examples. Throws `RangeError` for sides of more than 100 px. */
export function thumbhashOf(image: Image): string {
  const { width, height } = image;
  if (Math.max(width, height) > THUMBHASH_EDGE) {
    throw new RangeError(`thumbhash: expected sides of at most 100 px, got ${width}×${height}`);
  }
  const wanted = Math.ceil(MIN_EDGE / Math.min(width, height));
  const times = {
    width: Math.min(wanted, Math.floor(THUMBHASH_EDGE / width)),
    height: Math.min(wanted, Math.floor(THUMBHASH_EDGE / height)),
  };
  const large = enlarge(image, times);
  return btoa(String.fromCharCode(...rgbaToThumbHash(large.width, large.height, large.data)));
}
