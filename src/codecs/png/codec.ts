// PNG, decoded and encoded by the project's own code over the platform's zlib.
import type { Codec } from '../codec.ts';
import { pngDecodeCost, pngEncodeCost } from './cost.ts';
import { decodePng } from './read/decode.ts';
import { encodePng } from './write/encode.ts';

/** Makes the codec. It shrinks by every integer, but for interlaced files, whose rows come out of order. */
export function createPngCodec(): Codec {
  return {
    format: 'png',
    mime: 'image/png',
    extension: 'png',
    alpha: true,
    shrink: ({ progressive }, atMost) => (progressive ? 1 : Math.max(1, Math.floor(atMost))),
    decode: decodePng,
    encode: encodePng,
    decodeCost: pngDecodeCost,
    encodeCost: pngEncodeCost,
  };
}
