// Decodes the first frame of a GIF file, composed on its canvas.
import { AppError } from '../../errors.ts';
import { createImage, type Image } from '../../image.ts';
import { noPace, type Pace } from '../../timing.ts';
import { type GifFrame, gifBlocks, readGifScreen } from './blocks.ts';
import { drawFrame } from './canvas.ts';

/** The first frame; where it has no pixels, the picture is transparent. Throws `undecodable`. */
export async function decodeGif(
  bytes: Uint8Array,
  { pace = noPace }: { pace?: Pace } = {},
): Promise<Image> {
  const screen = readGifScreen(bytes);
  if (!screen) throw noFrame();
  for (const block of gifBlocks(bytes, screen)) {
    if (block.kind !== 'frame') continue;
    checkFrame(block.frame, screen);
    const image = createImage(screen);
    const { width, height } = screen;
    const canvas = { width, height, words: new Uint32Array(image.data.buffer) };
    await drawFrame(canvas, { frame: block.frame, bytes }, pace);
    return image;
  }
  throw noFrame();
}

/** Throws `undecodable` for a frame without pixels, or larger than the canvas, which would take time and show nothing. */
export function checkFrame(
  { width, height }: GifFrame,
  screen: { width: number; height: number },
): void {
  if (width > 0 && height > 0 && width <= screen.width && height <= screen.height) return;
  throw new AppError(
    'undecodable',
    `gif: expected a frame of 1×1 to ${screen.width}×${screen.height}, got ${width}×${height}`,
  );
}

const noFrame = (): AppError =>
  new AppError('undecodable', 'gif: the file ends before its first frame does');
