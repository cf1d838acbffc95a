// The longest side that each output format can hold.
import { paramError } from '../errors.ts';
import type { Size } from '../image.ts';
import type { Format } from './codec.ts';

/** Pixels: a field of WebP's header, constants of libjpeg and of libavif, which decodes no more, the standards of the others. */
export const maxEdge: Record<Format, number> = {
  jpeg: 65500,
  png: 0x7fffffff,
  webp: 16383,
  gif: 65535,
  avif: 32768,
};

/** Throws `bad_option` for `f` where `format` cannot hold a picture of this size. */
export function checkEdges(format: Format, { width, height }: Size): void {
  if (Math.max(width, height) <= maxEdge[format]) return;
  throw paramError({
    param: 'f',
    expected: `at most ${maxEdge[format]} px per side for ${format}`,
    got: `${width}×${height}`,
  });
}
