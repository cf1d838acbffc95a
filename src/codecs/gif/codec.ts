// The GIF codec: the project's own code.
import type { Codec } from '../codec.ts';
import { checkEdges } from '../max-edge.ts';
import { gifDecodeCost, gifEncodeCost, gifFrameCost, gifWriteCost } from './cost.ts';
import { decodeGif, openGif } from './decode.ts';
import { createGifWriter } from './write/writer.ts';

/** The longest side that GIF's header can store, in pixels. */
export const GIF_MAX_EDGE = 65_535;

/** Makes the codec. It decodes the first frame or all of them, composed on their canvas, and encodes pictures and animations of up to 255 colours a frame. */
export function createGifCodec(): Codec {
  return {
    shrink: () => 1,
    decode: decodeGif,
    decodeCost: gifDecodeCost,
    frameReader: { open: openGif, cost: gifFrameCost },
    async encode(image, { pace }) {
      checkEdges(image, { format: 'gif', maxEdge: GIF_MAX_EDGE });
      const writer = createGifWriter({ plays: 1 });
      await writer.add({ image, duration: 0 }, pace);
      return writer.end();
    },
    encodeCost: gifEncodeCost,
    frameWriter: { begin: createGifWriter, cost: gifWriteCost },
  };
}
