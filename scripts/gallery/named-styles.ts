// `node scripts/gallery/named-styles.ts`: paints the thumbnails of the named styles, `docs/styles/<name>.webp`, and the sheet
// `docs/named-styles.webp`, which has a row for each style and a column for each content, the contents themselves on top.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { qualityPictures } from '../../bench/quality/pictures.ts';
import type { Image } from '../../src/image.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { NAMED_STYLES } from '../../src/nets/named-styles/names.ts';
import { readArguments } from '../command-line.ts';
import { createPainter } from './named-painter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Longer side at which contents are painted, and the side of a tile of the sheet, in px. */
const SIDE = 384;
const TILE = 176;
const CONTENTS = ['landscape', 'bust', 'chess', 'kodim04', 'chelsea', 'coffee'];
/** Side of a thumbnail in px, and of what is painted for it. */
const THUMBNAIL = 112;
const PAINTED = 224;

/** The named styles' own model, from the repository. */
export async function ownModel() {
  const bytes = await readFile(`${root}/models/named-styles.safetensors`);
  return readSafetensors(bytes).tensors;
}

async function main(): Promise<void> {
  readArguments('usage: node scripts/gallery/named-styles.ts', {});
  const weights = await ownModel();
  const { named } = await createPainter(async () => weights);
  const { contents } = await qualityPictures(SIDE);
  const shown = contents.filter(({ name }) => CONTENTS.includes(name));
  const rows: Image[][] = [shown.map(({ image }) => image)];
  await mkdir(`${root}/docs/styles`, { recursive: true });
  const sample = await square(`${root}/public/samples/landscape.jpg`);
  for (const name of NAMED_STYLES) {
    const row: Image[] = [];
    for (const { image } of shown) row.push(await named(image, `style=${name}`));
    rows.push(row);
    const small = await opened(await named(sample, `style=${name}`))
      .resize(THUMBNAIL, THUMBNAIL)
      .webp({ quality: 70 })
      .toBuffer();
    await writeFile(`${root}/docs/styles/${name}.webp`, small);
  }
  await writeSheet(rows);
}

const opened = ({ width, height, data }: Image) =>
  sharp(data, { raw: { width, height, channels: 4 } });

async function square(file: string): Promise<Image> {
  const { data, info } = await sharp(file)
    .resize(PAINTED, PAINTED, { fit: 'cover' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

async function writeSheet(rows: readonly (readonly Image[])[]): Promise<void> {
  const placed = [];
  for (const [y, row] of rows.entries()) {
    for (const [x, image] of row.entries()) {
      const input = await opened(image).resize(TILE, TILE, { fit: 'cover' }).png().toBuffer();
      placed.push({ input, left: x * TILE, top: y * TILE });
    }
  }
  const [width, height] = [TILE * rows[0]!.length, TILE * rows.length];
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite(placed)
    .webp({ quality: 66 })
    .toFile(`${root}/docs/named-styles.webp`);
}

if (import.meta.main) await main();
