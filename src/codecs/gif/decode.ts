// Decodes the frames of a GIF file, composed on their canvas.
import { AppError } from '../../errors.ts';
import { createImage, type Image } from '../../image.ts';
import { noPace, type Pace, portion } from '../../timing.ts';
import type { Animation, Frame } from '../codec.ts';
import { type GifFrame, type GifScreen, gifBlocks, readGifScreen } from './blocks.ts';
import { createComposer, drawFrame } from './canvas.ts';

/** The first frame that has pixels; where it has none, the picture is transparent. Throws `undecodable`. */
export async function decodeGif(
  bytes: Uint8Array,
  { pace = noPace }: { pace?: Pace } = {},
): Promise<Image> {
  const screen = readGifScreen(bytes);
  if (!screen) throw noFrame();
  for (const block of gifBlocks(bytes, screen)) {
    if (block.kind !== 'frame') continue;
    const image = createImage(screen);
    const { width, height } = screen;
    const canvas = { width, height, words: new Uint32Array(image.data.buffer) };
    await drawFrame(canvas, { frame: block.frame, bytes }, pace);
    return image;
  }
  throw noFrame();
}

/** All frames. Throws `undecodable` if the file has none. */
export function openGif(bytes: Uint8Array, { pace = noPace }: { pace?: Pace } = {}): Animation {
  const screen = readGifScreen(bytes);
  if (!screen) throw noFrame();
  let plays = 1;
  let count = 0;
  for (const block of gifBlocks(bytes, screen)) {
    if (block.kind === 'frame') count++;
    else plays = block.loops === 0 ? 0 : block.loops + 1;
  }
  if (count === 0) throw noFrame();
  return { plays, frames: composedFrames({ bytes, screen }, portion(pace, 1 / count)) };
}

async function* composedFrames(
  { bytes, screen }: { bytes: Uint8Array; screen: GifScreen },
  pace: Pace,
): AsyncGenerator<Frame> {
  const { width, height } = screen;
  const words = new Uint32Array(width * height);
  const draw = createComposer({ width, height, words }, bytes);
  for (const block of gifBlocks(bytes, screen)) {
    if (block.kind !== 'frame') continue;
    checkFrame(block.frame, screen);
    await draw(block.frame, pace);
    const data = new Uint8ClampedArray(words.slice().buffer);
    yield { image: createImage(screen, data), duration: block.frame.duration };
  }
}

/** Throws `undecodable` for a frame larger than the canvas, which would take time and show nothing; the first is never larger. */
function checkFrame({ width, height }: GifFrame, screen: { width: number; height: number }): void {
  if (width <= screen.width && height <= screen.height) return;
  throw new AppError(
    'undecodable',
    `gif: expected a frame of at most ${screen.width}×${screen.height}, got ${width}×${height}`,
  );
}

const noFrame = (): AppError =>
  new AppError('undecodable', 'gif: the file ends before its first frame does');
