// The declaration of AVIF.
import type { FormatDeclaration } from '../format.ts';
import { AVIF_MAX_EDGE, createAvifCodec } from './codec.ts';
import { probeAvif } from './probe.ts';
import { findAvifProfile } from './profile.ts';

export const avif = {
  name: 'avif',
  label: 'AVIF',
  mime: 'image/avif',
  extension: 'avif',
  brands: ['avif', 'avis'],
  readHeader: probeAvif,
  findProfile: findAvifProfile,
  wasm: {
    decoder: '@jsquash/avif/codec/dec/avif_dec.wasm',
    encoder: '@jsquash/avif/codec/enc/avif_enc.wasm',
  },
  createCodec: (moduleOf, heaps) =>
    createAvifCodec({ decoder: moduleOf('decoder'), encoder: moduleOf('encoder') }, heaps),
  output: {
    alpha: true,
    lossless: 'never',
    maxEdge: AVIF_MAX_EDGE,
    universal: false,
    autoBudgetShare: 0.1,
  },
} as const satisfies FormatDeclaration;
