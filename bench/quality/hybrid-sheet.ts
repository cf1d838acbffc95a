// The contact sheet of hybrids, docs/hybrids.webp: each one at full size and at one eighth.
import { join } from 'node:path';
import sharp from 'sharp';
import type { Rgb } from './hybrid-measures.ts';

const SHEET = join(import.meta.dirname, '../../docs/hybrids.webp');
const COLUMNS = 2;
const GAP = 16;
/** Part of the side that the second, small picture has. */
const EIGHTH = 1 / 8;
/** Quality of WebP with which eight pairs stay below 500 kB. */
const QUALITY = 72;

/** Decodes a file. */
export async function rgbOf(file: ArrayBuffer): Promise<Rgb> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** Writes the sheet of pictures of one size. */
export async function writeHybridSheet(pictures: readonly Rgb[]): Promise<void> {
  const { width, height } = pictures[0]!;
  const cell = { width: width + width * EIGHTH + 2 * GAP, height: height + GAP };
  const parts = await Promise.all(
    pictures.map(async ({ data }, i) => {
      const left = (i % COLUMNS) * cell.width + GAP;
      const top = Math.floor(i / COLUMNS) * cell.height + GAP;
      const raw = { width, height, channels: 3 as const };
      const large = await sharp(data, { raw }).png().toBuffer();
      const small = await sharp(data, { raw })
        .gamma(2.2)
        .resize(Math.round(width * EIGHTH), Math.round(height * EIGHTH))
        .png()
        .toBuffer();
      return [
        { input: large, left, top },
        { input: small, left: left + width + GAP, top: top + height - Math.round(height * EIGHTH) },
      ];
    }),
  );
  const rows = Math.ceil(pictures.length / COLUMNS);
  await sharp({
    create: {
      width: COLUMNS * cell.width + GAP,
      height: rows * cell.height + GAP,
      channels: 3,
      background: '#ffffff',
    },
  })
    .composite(parts.flat())
    .webp({ quality: QUALITY, effort: 6 })
    .toFile(SHEET);
}
