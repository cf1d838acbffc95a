// Contents and styles on which the quality of style transfer is measured.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../../src/image.ts';

const samples = join(import.meta.dirname, '../../public/samples');
const shared = join(import.meta.dirname, '../../../shared/images');

const contents = [
  join(samples, 'landscape.jpg'),
  join(samples, 'bust.jpg'),
  join(samples, 'chess.jpg'),
  ...['kodim04.png', 'kodim05.png', 'astronaut.png', 'chelsea.png', 'coffee.png'].map((name) =>
    join(shared, 'photos', name),
  ),
];
const styles = [
  join(samples, 'painting.jpg'),
  join(samples, 'drawing.png'),
  join(shared, 'paintings', 'starry_night.jpg'),
  join(shared, 'paintings', 'The_Great_Wave_off_Kanagawa.jpg'),
  join(shared, 'photos', 'hubble_deep_field.jpg'),
  join(shared, 'photos', 'grass.png'),
];

export type Named = { name: string; image: Image };

/** The pictures that are here, opaque and no longer than `side`. */
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
