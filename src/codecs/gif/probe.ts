// Reads the header of a GIF file, and counts its frames.
import type { Header } from '../codec.ts';
import { MOST_FRAMES } from '../most-frames.ts';
import { gifBlocks, readGifScreen } from './blocks.ts';

/**
 * The header of a GIF; undefined if the bytes end before the first frame. `frames` counts those that begin among the bytes, up to
 * `MOST_FRAMES` + 1; `alpha` is whether the first has a transparent colour or leaves a part of the canvas empty. Throws `undecodable` for a corrupt header.
 */
export function probeGif(bytes: Uint8Array): Header | undefined {
  const screen = readGifScreen(bytes);
  if (!screen) return undefined;
  const { width, height } = screen;
  let frames = 0;
  let alpha = false;
  for (const block of gifBlocks(bytes, screen)) {
    if (block.kind !== 'frame') continue;
    const { left, top, transparent, ...size } = block.frame;
    const covers = left + top === 0 && size.width >= width && size.height >= height;
    if (frames === 0) alpha = transparent !== undefined || !covers;
    frames++;
    if (frames > MOST_FRAMES) break;
  }
  if (frames === 0) return undefined;
  return {
    width,
    height,
    bitDepth: 8,
    channels: 3,
    samples: 1,
    alpha,
    orientation: 1,
    frames,
    progressive: false,
  };
}
