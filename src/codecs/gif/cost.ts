// What decoding GIF costs, in work and in memory.
import type { Cost } from '../../work.ts';
import type { Header } from '../codec.ts';

/** Tables and rows of the decoder. */
const TABLE_BYTES = 3e5;

/** As `Decoder.decodeCost`. The work counts pixels of the canvas, and bytes of one frame. */
export function gifDecodeCost({
  header: { width, height, frames },
  byteLength,
}: {
  header: Header;
  byteLength: number;
}): Cost {
  const pixels = width * height;
  return {
    work: { 'decode.files': 1, 'decode.bytes': byteLength / frames, 'decode.pixels': pixels },
    bytes: 4 * pixels + TABLE_BYTES,
  };
}
