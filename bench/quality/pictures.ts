// The contents and styles on which the quality of style transfer is measured.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../../src/image.ts';
import { PHOTOGRAPHS, SAMPLES, SHARED } from '../pictures/folders.ts';

const contents = [
  join(SAMPLES, 'landscape.jpg'),
  join(SAMPLES, 'bust.jpg'),
  join(SAMPLES, 'chess.jpg'),
  ...['kodim04.png', 'kodim05.png', 'astronaut.png', 'chelsea.png', 'coffee.png'].map((name) =>
    join(PHOTOGRAPHS, name),
  ),
];
const styles = [
  join(SAMPLES, 'painting.jpg'),
  join(SAMPLES, 'drawing.png'),
  join(SHARED, 'paintings', 'starry_night.jpg'),
  join(SHARED, 'paintings', 'The_Great_Wave_off_Kanagawa.jpg'),
  join(PHOTOGRAPHS, 'hubble_deep_field.jpg'),
  join(PHOTOGRAPHS, 'grass.png'),
];

export type Named = { name: string; image: Image };

/** The pictures that exist on this machine, opaque, with a longer side of at most `side` px. */
export async function qualityPictures(side: number) {
  const load = async (file: string): Promise<Named> => ({
    name:
      file
        .split('/')
        .at(-1)
        ?.replace(/\.\w+$/, '') ?? file,
    image: await within(file, side),
  });
  const here = (files: readonly string[]) => Promise.all(files.filter(existsSync).map(load));
  return { contents: await here(contents), styles: await here(styles) };
}

async function within(file: string, side: number): Promise<Image> {
  const { data, info } = await sharp(file)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .removeAlpha()
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}
