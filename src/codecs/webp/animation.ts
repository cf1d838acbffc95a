// Composes the frames of an animated WebP on their canvas.
import { AppError } from '../../errors.ts';
import { createImage, type Image } from '../../image.ts';
import { noPace, type Pace } from '../../timing.ts';
import type { Animation, Frame } from '../codec.ts';
import { countWebpFrames, type WebpFrame, webpFrames, webpLoops } from './frames.ts';
import type { WebpHeader } from './header.ts';

/** Decodes the still file of a frame. */
type DecodeFrame = (frame: WebpFrame) => Promise<Image>;

/** All frames. */
export function openAnimation(
  { bytes, header }: { bytes: Uint8Array; header: WebpHeader },
  decode: DecodeFrame,
  pace: Pace = noPace,
): Animation {
  const plays = webpLoops(bytes, header);
  return { plays, frames: composedFrames({ bytes, header }, decode, pace) };
}

async function* composedFrames(
  { bytes, header }: { bytes: Uint8Array; header: WebpHeader },
  decode: DecodeFrame,
  pace: Pace,
): AsyncGenerator<Frame> {
  const canvas = createImage(header);
  const share = 1 / Math.max(1, countWebpFrames(bytes, header));
  for (const frame of webpFrames(bytes, header)) {
    placeFrame(canvas, await decode(frame), frame);
    await pace(share);
    yield { image: createImage(header, canvas.data.slice()), duration: frame.duration };
    if (frame.clears) clearPlace(canvas, frame);
  }
}

function clearPlace(canvas: Image, { left, top, width, height }: WebpFrame): void {
  for (let y = top; y < top + height; y++) {
    const from = 4 * (y * canvas.width + left);
    canvas.data.fill(0, from, from + 4 * width);
  }
}

/** The first frame on a transparent canvas. Rejects with `undecodable` if there is none or it is corrupt; `decode` reads a still file. */
export async function decodeFirstFrame(
  bytes: Uint8Array,
  header: WebpHeader,
  decode: DecodeFrame,
): Promise<Image> {
  for (const frame of webpFrames(bytes, header)) {
    const picture = await decode(frame);
    if (frame.width === header.width && frame.height === header.height) return picture;
    const canvas = createImage(header);
    placeFrame(canvas, picture, frame);
    return canvas;
  }
  throw new AppError('undecodable', 'webp: expected a frame in the animation, got none');
}

/** Draws the picture of a frame onto the canvas. */
function placeFrame(canvas: Image, picture: Image, { left, top, blends }: WebpFrame): void {
  const rowBytes = 4 * picture.width;
  for (let y = 0; y < picture.height; y++) {
    const from = y * rowBytes;
    const to = 4 * ((top + y) * canvas.width + left);
    const row = picture.data.subarray(from, from + rowBytes);
    if (blends) blendRow(canvas.data.subarray(to, to + rowBytes), row);
    else canvas.data.set(row, to);
  }
}

/** Draws straight-alpha pixels over others, as the container specification's blending method says. */
function blendRow(under: Uint8ClampedArray, over: Uint8ClampedArray): void {
  for (let i = 0; i < over.length; i += 4) {
    const alpha = over[i + 3]!;
    if (alpha === 0) continue;
    const below = alpha === 255 ? 0 : (under[i + 3]! * (255 - alpha)) / 255;
    const total = alpha + below;
    for (let c = i; c < i + 3; c++) under[c] = (over[c]! * alpha + under[c]! * below) / total;
    under[i + 3] = total;
  }
}
