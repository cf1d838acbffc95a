// The options of the AVIF encoder for a quality on JPEG's scale.
import { defaultOptions } from '@jsquash/avif/meta.js';

/** From this quality on, colour keeps its full resolution (4:4:4); below, it has half (4:2:0), as in JPEGs. */
const FULL_COLOUR_QUALITY = 90;

/** Speed, 0…10. A 512×512 photo takes a quarter of the time of speed 8, for 8 % more bytes; 10 is the same as 9. */
const SPEED = 9;

/** Quality of the alpha channel, 0…100: errors at soft edges stay within about 6 of 255. 100 would keep alpha exactly, but a soft shadow would take ten times the bytes. */
const ALPHA_QUALITY = 95;

// Values of the encoder's option `subsample`.
export const HALF_COLOUR = 1;
const FULL_COLOUR = 3;

/**
 * Options of the encoder for `quality`, 1…100. The quality is mapped to AVIF's own scale so that photos come out as similar to
 * the original (structural similarity and colour difference) as a JPEG or WebP of the same quality: 85 becomes 71.
 */
export function avifSettings(quality: number) {
  return {
    ...defaultOptions,
    quality: Math.round(Math.max(18 + quality / 2, 1.5 * quality - 57)),
    qualityAlpha: ALPHA_QUALITY,
    subsample: quality >= FULL_COLOUR_QUALITY ? FULL_COLOUR : HALF_COLOUR,
    speed: SPEED,
  };
}
