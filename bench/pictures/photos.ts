// Files like those of a phone: large JPEGs of a photograph-like picture with grain, made by libvips.
import sharp from 'sharp';
import type { Image } from '../../src/image.ts';
import { generateImage } from './pictures.ts';

export type PhotoOptions = { progressive?: boolean; chromaSubsampling?: '4:2:0' | '4:4:4' };

const TILE = { width: 1200, height: 900 };
const GRAIN = 10;

let tile: Image | undefined;
let enlarged: { width: number; height: number; data: Buffer } | undefined;

/** A JPEG of quality 85 of this size; the same bytes in every run. */
export async function largePhoto(
  width: number,
  height: number,
  options: PhotoOptions = {},
): Promise<Uint8Array> {
  const data = await pixels(width, height);
  const raw = { width, height, channels: 3 as const };
  return new Uint8Array(
    await sharp(data, { raw, limitInputPixels: false })
      .jpeg({ quality: 85, ...options })
      .toBuffer(),
  );
}

async function pixels(width: number, height: number): Promise<Buffer> {
  if (enlarged?.width === width && enlarged.height === height) return enlarged.data;
  tile ??= generateImage(TILE);
  const data = await sharp(tile.data, { raw: { ...TILE, channels: 4 } })
    .removeAlpha()
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  // Enlarging removed the grain, on which a decoder spends most of its time.
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const v = data[i]! + ((state >>> 16) % (2 * GRAIN + 1)) - GRAIN;
    data[i] = Math.max(0, Math.min(v, 255));
  }
  enlarged = { width, height, data };
  return data;
}
