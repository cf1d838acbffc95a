// Cuts pictures of cells into squares, whose features are compared.
import { createImage, type Image } from '../../src/image.ts';

/** All squares of `edge` × `edge` cells side by side; what is left over at the far borders is left out. */
export function patchesOf({ width, height, data }: Image, edge: number): Image[] {
  const patches: Image[] = [];
  for (let y = 0; y + edge <= height; y += edge) {
    for (let x = 0; x + edge <= width; x += edge) {
      const patch = createImage({ width: edge, height: edge });
      for (let row = 0; row < edge; row++) {
        const from = 4 * ((y + row) * width + x);
        patch.data.set(data.subarray(from, from + 4 * edge), 4 * row * edge);
      }
      patches.push(patch);
    }
  }
  return patches;
}
