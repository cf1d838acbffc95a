// Scratch memory of the kernels that enlarge a coarse grid.
import type { Workspace } from '../workspace.ts';

/** Scratch memory for `assembly/enlarged.ts`, for a grid of this width; returns its address. */
export function enlargedRows(
  space: Workspace,
  { width, channels, coarse }: { width: number; channels: number; coarse: number },
): number {
  const room = 4 * Math.floor(((width + 4) * coarse * channels + 16) / 4);
  return space.scratch(4 * (coarse + 1) + 5 * room + (width + 4) * channels + 8);
}
