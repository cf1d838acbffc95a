// The placeholders that an answer can be: short texts from which a client draws a blurred picture.
import type { Image } from '../../image.ts';
import { BLURHASH_EDGE, blurhashOf } from './blurhash.ts';
import { THUMBHASH_EDGE, thumbhashOf } from './thumbhash.ts';

export type Placeholder = {
  /** Longest side of a picture that can be hashed, in pixels. */
  edge: number;
  /** The text. Throws `RangeError` for larger pictures. */
  of: (image: Image) => string;
};

/** By the value of `f`. */
export const placeholders: Record<'blurhash' | 'thumbhash', Placeholder> = {
  blurhash: { edge: BLURHASH_EDGE, of: blurhashOf },
  thumbhash: { edge: THUMBHASH_EDGE, of: thumbhashOf },
};
