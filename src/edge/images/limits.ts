// Which files Cloudflare's Images binding takes (Cloudflare's documentation, "Limits and formats", November 2026).
import type { ShrinkDecoder } from '../../codecs/outside/outside.ts';

/** Largest file, in bytes. */
const MAX_BYTES = 20_000_000;

/** Largest picture, in pixels. */
const MAX_PIXELS = 100_000_000;

/** Largest sum of the pixels of all frames; larger animations are handed back as they are. */
const MAX_ANIMATION_PIXELS = 50_000_000;

/** Longest side, in pixels. Some formats may have longer ones there; they are left out, because they are too rare to keep a list. */
const MAX_EDGE = 12_000;

/** As `ShrinkDecoder.takes`. AVIF needs an Enterprise account; without one, the binding refuses it. */
export const takesFile: ShrinkDecoder['takes'] = ({ header, byteLength }) => {
  const { width, height, frames } = header;
  const pixels = width * height;
  return (
    byteLength <= MAX_BYTES &&
    pixels <= MAX_PIXELS &&
    (frames === 1 || frames * pixels <= MAX_ANIMATION_PIXELS) &&
    Math.max(width, height) <= MAX_EDGE
  );
};
