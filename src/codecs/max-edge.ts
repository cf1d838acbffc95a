// Refuses pictures that are too large for their output format.
import { paramError } from '../errors.ts';
import type { Size } from '../image.ts';

/** Throws `bad_option` for `f` if a side is longer than `maxEdge` pixels, the most that `format` can store. */
export function checkEdges(
  { width, height }: Size,
  { format, maxEdge }: { format: string; maxEdge: number },
): void {
  if (Math.max(width, height) <= maxEdge) return;
  throw paramError({
    param: 'f',
    expected: `at most ${maxEdge} px per side for ${format}`,
    got: `${width}×${height}`,
  });
}
