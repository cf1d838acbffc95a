// The PNG codec: the project's own code, on the platform's zlib.
import type { Codec } from '../codec.ts';
import { pngDecodeCost, pngEncodeCost } from './cost.ts';
import { decodePng } from './read/decode.ts';
import type { RowFilter } from './row-filter/row-filter.ts';
import { encodePng } from './write/encode.ts';

/**
 * Makes the codec. It shrinks by every integer, except for interlaced files, whose rows are out of order. Without `rowFilter`, rows are
 * filtered by plain loops.
 */
export function createPngCodec(rowFilter?: RowFilter): Codec {
  return {
    shrink: ({ progressive }, atMost) => (progressive ? 1 : Math.max(1, Math.floor(atMost))),
    decode: decodePng,
    encode: (image, { pace }) => encodePng(image, { rowFilter, ...(pace && { pace }) }),
    decodeCost: pngDecodeCost,
    encodeCost: pngEncodeCost,
  };
}
