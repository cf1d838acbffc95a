// The declaration of JPEG.
import type { FormatDeclaration } from '../format.ts';
import { createJpegCodec, JPEG_MAX_EDGE } from './codec.ts';
import { probeJpeg } from './probe.ts';
import { findJpegProfile } from './profile.ts';
import { scaledModule } from './scaled/scaled.ts';

export const jpeg = {
  name: 'jpeg',
  label: 'JPEG',
  mime: 'image/jpeg',
  extension: 'jpg',
  signatures: [[0xff, 0xd8, 0xff]],
  readHeader: probeJpeg,
  findProfile: findJpegProfile,
  wasm: {
    decoder: '@cwasm/jpeg-turbo/jpeg-turbo.wasm',
    encoder: '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  },
  assembly: { scaled: scaledModule },
  createCodec: (moduleOf, heaps) =>
    createJpegCodec(
      {
        decoder: moduleOf('decoder'),
        encoder: moduleOf('encoder'),
        scaled: moduleOf('scaled'),
      },
      heaps,
    ),
  output: {
    spellings: ['jpg', 'baseline-jpeg'],
    alpha: false,
    lossless: 'never',
    maxEdge: JPEG_MAX_EDGE,
    universal: true,
  },
} as const satisfies FormatDeclaration;
