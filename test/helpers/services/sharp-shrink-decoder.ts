// A decoder outside of the service that works with sharp, for tests in Node.
import sharp from 'sharp';
import type { ShrinkDecoder } from '../../../src/codecs/outside/outside.ts';
import { AppError } from '../../../src/errors.ts';
import type { Size } from '../../../src/image.ts';

/** The PNG of a file's first frame, upright, in sRGB, not larger than `size`. */
export const shrunkBySharp = async (
  bytes: Uint8Array,
  { width, height }: Size,
): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp(bytes, { autoOrient: true })
      .resize(width, height, { fit: 'inside', withoutEnlargement: true })
      .png()
      .toBuffer(),
  );

/** The decoder; `held` counts the PNGs that were not disposed of. */
export function createSharpShrinkDecoder(): ShrinkDecoder & { held: () => number } {
  let held = 0;
  return {
    name: 'the test',
    takes: () => true,
    held: () => held,
    async shrink(bytes, size, maxBytes) {
      const made = await shrunkBySharp(bytes, size).catch((cause: unknown) => {
        throw new AppError('undecodable', 'the file is damaged', { cause });
      });
      if (made.length > maxBytes) throw new AppError('format_unsupported', 'too many bytes');
      held++;
      return { bytes: made, [Symbol.dispose]: () => void held-- };
    },
  };
}
