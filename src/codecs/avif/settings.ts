// How the AVIF encoder is set for a quality on JPEG's scale.
import { defaultOptions } from '@jsquash/avif/meta.js';

/** From this quality on, colour is kept at full resolution (4:4:4), below at half (4:2:0), as in JPEGs. */
const FULL_COLOUR_QUALITY = 90;

/** Speed 9 of 0…10: a 512×512 photo takes a quarter of the time of 8, for 8 % more bytes; 10 is the same as 9. */
const SPEED = 9;

/** Soft edges stay within some 6 of 255. 100 would keep alpha exactly and code a soft shadow in ten times the bytes. */
const ALPHA_QUALITY = 95;

const [HALF, FULL] = [1, 3];

/**
 * Options of the encoder for `quality`, 1…100. AVIF's own scale is bent so that photos come out as a JPEG or WebP of the same
 * quality does (structural similarity and colour difference): 85 becomes 71.
 */
export function avifSettings(quality: number) {
  return {
    ...defaultOptions,
    quality: Math.round(Math.max(18 + quality / 2, 1.5 * quality - 57)),
    qualityAlpha: ALPHA_QUALITY,
    subsample: quality >= FULL_COLOUR_QUALITY ? FULL : HALF,
    speed: SPEED,
  };
}
