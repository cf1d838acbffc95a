// The style pictures that the project's own styles are trained on: two paintings, and pictures that code draws.
import { join } from 'node:path';
import sharp from 'sharp';
import { createPlanes, type Planes } from '../../data/planes.ts';
import { readPicture } from '../../data/read-pictures.ts';
import type { TrainedStyle } from '../batches.ts';
import { EDGE } from './canvas.ts';
import { glass } from './glass.ts';
import { hatching } from './hatching.ts';
import { impasto } from './impasto.ts';
import { mosaic } from './mosaic.ts';
import { neon } from './neon.ts';
import { pointillism } from './pointillism.ts';
import { watercolor } from './watercolor.ts';
import { woodcut } from './woodcut.ts';

export type StylePicture = {
  name: string;
  picture: Planes;
  amounts: TrainedStyle['amounts'];
};

/** Pixels along the shorter side of a style picture, in which strokes are 4 to 20 px wide. */
export const SHORT_SIDE = EDGE;

type Amounts = TrainedStyle['amounts'];

/** Weights of the losses unless a style has its own. */
export const AMOUNTS: Amounts = { content: 0.25, variation: 0.2, colour: 0.2 };

const PAINTINGS: readonly { name: string; file: string; amounts?: Partial<Amounts> }[] = [
  { name: 'wave', file: 'wave.jpg' },
  { name: 'starry', file: 'starry_night.jpg', amounts: { colour: 0.3 } },
];

/** Each draws an SVG of EDGE × EDGE pixels; the number decides its random shapes. */
export const DRAWN: readonly {
  name: string;
  draw: (seed: number) => string;
  amounts?: Partial<Amounts>;
}[] = [
  { name: 'impasto', draw: impasto },
  { name: 'watercolor', draw: watercolor, amounts: { content: 0.5 } },
  { name: 'pointillism', draw: pointillism, amounts: { content: 0.15 } },
  { name: 'hatching', draw: hatching, amounts: { colour: 0.4, variation: 0.15 } },
  { name: 'woodcut', draw: woodcut, amounts: { colour: 0.4, variation: 0.15 } },
  { name: 'glass', draw: glass, amounts: { content: 0.2 } },
  { name: 'mosaic', draw: mosaic, amounts: { content: 0.15 } },
  { name: 'neon', draw: neon, amounts: { content: 0.2 } },
];

const SEED = 1;

/**
 * All style pictures, or those of some names; strokes of the paintings keep their size in pixels, about that of the drawn ones.
 * `paintings` is their folder.
 */
export async function stylePictures(
  paintings: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<StylePicture[]> {
  const painted = PAINTINGS.filter(({ name }) => isWanted(name)).map(
    async ({ name, file, amounts }) => ({
      name,
      picture: await readPicture(join(paintings, file), SHORT_SIDE),
      amounts: { ...AMOUNTS, ...amounts },
    }),
  );
  const drawn = DRAWN.filter(({ name }) => isWanted(name)).map(async ({ name, draw, amounts }) => ({
    name,
    picture: await rendered(draw(SEED)),
    amounts: { ...AMOUNTS, ...amounts },
  }));
  return Promise.all([...painted, ...drawn]);
}

async function rendered(svg: string): Promise<Planes> {
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const planes = createPlanes(info.width, info.height);
  const count = info.width * info.height;
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) planes.data[c * count + i] = data[3 * i + c]! / 255;
  }
  return planes;
}
