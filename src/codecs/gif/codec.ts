// The GIF codec: the project's own code.
import type { Decoder } from '../codec.ts';
import { gifDecodeCost } from './cost.ts';
import { decodeGif } from './decode.ts';

/** Makes the decoder of first frames. */
export function createGifCodec(): Decoder {
  return { shrink: () => 1, decode: decodeGif, decodeCost: gifDecodeCost };
}
