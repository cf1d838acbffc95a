// The PNG codec: the project's own code, on the platform's zlib.
import type { Codec } from '../codec.ts';
import { pngDecodeCost, pngEncodeCost } from './cost.ts';
import { decodePng } from './read/decode.ts';
import { encodePng } from './write/encode.ts';

/** Makes the codec. It shrinks by every integer, except for interlaced files, whose rows are out of order. */
export function createPngCodec(): Codec {
  return {
    shrink: ({ progressive }, atMost) => (progressive ? 1 : Math.max(1, Math.floor(atMost))),
    decode: decodePng,
    encode: encodePng,
    decodeCost: pngDecodeCost,
    encodeCost: pngEncodeCost,
  };
}
