// The declaration of WebP.
import { ANY_4, ascii, type FormatDeclaration } from '../format.ts';
import { createWebpCodec, WEBP_MAX_EDGE } from './codec.ts';
import { probeWebp } from './probe.ts';
import { findWebpProfile } from './profile.ts';

export const webp = {
  name: 'webp',
  label: 'WebP',
  mime: 'image/webp',
  extension: 'webp',
  signatures: [[...ascii('RIFF'), ...ANY_4, ...ascii('WEBP')]],
  readHeader: probeWebp,
  findProfile: findWebpProfile,
  wasm: {
    decoder: '@jsquash/webp/codec/dec/webp_dec.wasm',
    encoder: '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  },
  createCodec: (moduleOf, heaps) =>
    createWebpCodec({ decoder: moduleOf('decoder'), encoder: moduleOf('encoder') }, heaps),
  output: {
    alpha: true,
    lossless: 'asked',
    maxEdge: WEBP_MAX_EDGE,
    universal: false,
    animation: true,
  },
} as const satisfies FormatDeclaration;
