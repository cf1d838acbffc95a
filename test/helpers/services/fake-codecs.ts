// Codecs that only have sizes and costs, for tests of the estimate.
import type { Codec, Codecs, Probe } from '../../../src/codecs/codec.ts';
import { AppError } from '../../../src/errors.ts';

const codecOf = (shrink: Codec['shrink']): Codec => ({
  shrink,
  decode: () => Promise.reject(new AppError('internal', 'a pixel was asked for')),
  encode: () => Promise.reject(new AppError('internal', 'a pixel was asked for')),
  decodeCost: ({ header: { width, height, progressive, samples }, shrink: factor }) => ({
    work: {},
    bytes: (4 * width * height) / factor ** 2 + (progressive ? 2 * samples * width * height : 0),
  }),
  encodeCost: ({ width, height }) => ({ work: {}, bytes: 8 * width * height }),
});

/** JPEG that shrinks by 1, 2, 4 or 8, and WebP that does not. */
export const fakeCodecs: Codecs = {
  jpeg: codecOf((_, atMost) => [8, 4, 2].find((factor) => factor <= atMost) ?? 1),
  webp: codecOf(() => 1),
};

/** The header of a picture that does not exist. */
export const header = (width: number, height: number, more: Partial<Probe> = {}): Probe => ({
  format: 'jpeg',
  width,
  height,
  bitDepth: 8,
  channels: 3,
  samples: 1.5,
  alpha: false,
  orientation: 1,
  frames: 1,
  progressive: false,
  ...more,
});
