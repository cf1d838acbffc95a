// `node scripts/judge/judge-pixelart.ts <images> <squeezenet> [<pictures>]`: compares pixel art with pixelation. Without a third folder on
// those pictures of `<images>/photos` that settings were chosen by; with it on all pictures in it, and `docs/pixelart/` gets the table and a
// sheet on which no method is named.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from '../../src/image.ts';
import { prepareTensors } from '../../src/node/tensors.ts';
import { fail, readArguments } from '../command-line.ts';
import { writeBlindSheet } from './blind-sheet.ts';
import { drawBy, readSquare } from './draw.ts';
import { edgeAlignment, paletteError, strayCells } from './measures.ts';
import { patchesOf } from './patches.ts';
import { heldOutScenes } from './scenes.ts';
import { trainSmallNetwork } from './small-network.ts';
import { readSqueezenet } from './squeezenet.ts';
import { type Features, type Measured, tablesOf } from './tables.ts';

/** The training leaves these out; defaults and steps were chosen by them. */
const CHOOSING = [
  'kodim04.png',
  'kodim08.png',
  'kodim09.png',
  'chelsea.png',
  'coffee.png',
  'rocket.jpg',
  'cvo9xd_keong_macan_srgb8.png',
  'u76c0g_bliznaca_srgb8.png',
];
/** Photographs that show the small network what averaged ones look like. */
const OTHERS = [
  'kodim01.png',
  'kodim03.png',
  'kodim05.png',
  'kodim07.png',
  'kodim12.png',
  'astronaut.png',
  'tmshre_riaphotographs_srgb8.png',
  'hubble_deep_field.jpg',
];
const CELLS = 64;
const SIDE = 4 * CELLS;
const PATCH = 16;
/** Scenes of drawn pixel art: the small network learns from a quarter of their patches, the rest is compared with. */
const SCENES = 128;
/** Rows of the sheet. */
const SHOWN = 8;
const grid = `columns=${CELLS},upscale=false`;
const METHODS = {
  'pixelate, mean': { all: `pixelate,${grid}`, few: `pixelate,${grid},palette=auto,colors=16` },
  'pixelate, detail': {
    all: `pixelate,${grid},cells=detail`,
    few: `pixelate,${grid},cells=detail,palette=auto,colors=16`,
  },
  pixelart: { all: `pixelart,${grid},palette=none`, few: `pixelart,${grid},colors=16` },
};
const out = fileURLToPath(new URL('../../docs/pixelart', import.meta.url));

type Drawn = { picture: Image; all: Image; few: Image };

async function drawAll(paths: readonly string[]): Promise<Map<string, Drawn[]>> {
  const drawn = new Map<string, Drawn[]>();
  for (const [method, { all, few }] of Object.entries(METHODS)) {
    const made: Drawn[] = [];
    for (const path of paths) {
      const picture = await readSquare(path, SIDE);
      made.push({ picture, all: await drawBy(all, picture), few: await drawBy(few, picture) });
    }
    drawn.set(method, made);
  }
  return drawn;
}

/** Features by both networks, and those of drawn scenes. */
async function readFeatures(images: string, squeezenet: string) {
  const features = await readSqueezenet(squeezenet);
  const scenes = await heldOutScenes(join(images, 'pixelart'), SCENES, 2 * PATCH);
  const patches = scenes.flatMap((scene) => patchesOf(scene, PATCH));
  const [learned, compared] = [patches.slice(0, SCENES), patches.slice(SCENES)];
  const averaged: Image[] = [];
  for (const name of OTHERS) {
    const picture = await readSquare(join(images, 'photos', name), SIDE);
    averaged.push(...patchesOf(await drawBy(METHODS['pixelate, mean'].few, picture), PATCH));
  }
  const small = await trainSmallNetwork(learned, averaged, PATCH);
  console.log(`The small network tells ${(100 * small.accuracy).toFixed(1)} % rightly.`);
  const featuresOf = async (cells: readonly Image[]): Promise<Features> => {
    const found: Features = { small: await small.features(cells), squeezenet: [] };
    for (const patch of cells) found.squeezenet.push(await features(patch));
    return found;
  };
  return { featuresOf, wanted: await featuresOf(compared) };
}

async function measure(
  drawn: readonly Drawn[],
  featuresOf: (cells: readonly Image[]) => Promise<Features>,
): Promise<Measured> {
  const features: Features[] = [];
  for (const { few } of drawn) features.push(await featuresOf(patchesOf(few, PATCH)));
  return {
    edges: drawn.map(({ few, picture }) => edgeAlignment(few, picture)),
    error: drawn.map(({ all, few }) => paletteError(all, few)),
    strays: drawn.map(({ few }) => 100 * strayCells(few)),
    features,
  };
}

/** Paths of the pictures to judge, in alphabetical order. */
async function picturesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g|webp)$/i.test(name));
  return names.sort().map((name) => join(folder, name));
}

const USAGE = 'usage: node scripts/judge/judge-pixelart.ts <images> <squeezenet> [<pictures>]';

async function main(): Promise<void> {
  const { positionals } = readArguments(USAGE, { allowPositionals: true });
  const [images, squeezenet, pictures] = positionals;
  if (!images || !squeezenet) fail('expected the folders of pictures and of SqueezeNet', USAGE);
  await prepareTensors();
  const paths = pictures
    ? await picturesIn(pictures)
    : CHOOSING.map((name) => join(images, 'photos', name));
  const drawn = await drawAll(paths);
  const { featuresOf, wanted } = await readFeatures(images, squeezenet);
  const measured = new Map<string, Measured>();
  for (const [method, made] of drawn) measured.set(method, await measure(made, featuresOf));
  const table = tablesOf(measured, wanted);
  console.log(table);
  if (pictures) await writeDocs(table, paths, drawn);
}

/** The table, and the sheet with an even sample of the pictures. */
async function writeDocs(
  table: string,
  paths: readonly string[],
  drawn: ReadonlyMap<string, readonly Drawn[]>,
): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'measures.md'), `${table}\n`);
  const every = Math.max(1, Math.floor(paths.length / SHOWN));
  const shown = <T>(list: readonly T[]): T[] =>
    list.filter((_, i) => i % every === 0).slice(0, SHOWN);
  const methods = new Map(
    [...drawn].map(([method, made]) => [method, shown(made.map(({ few }) => few))]),
  );
  await writeBlindSheet(out, shown(paths.map((path) => basename(path))), methods);
}

await main();
