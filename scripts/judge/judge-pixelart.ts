// `node scripts/judge/judge-pixelart.ts <images> <squeezenet> [<pictures>]`: compares pixel art with pixelation. Without a third folder on
// those pictures of `<images>/photos` that settings were chosen by; with it on all pictures in it, and `docs/pixelart/` gets the table and a
// sheet on which no method is named.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareTensors } from '../../src/gpu/renderer/tensors.ts';
import type { Image } from '../../src/image.ts';
import { fail, readArguments } from '../command-line.ts';
import { writeBlindSheet } from './blind-sheet.ts';
import { drawBy, readSquare } from './draw.ts';
import { resampled } from './kid.ts';
import { edgeAlignment, paletteError, strayCells } from './measures.ts';
import { patchesOf } from './patches.ts';
import { heldOutScenes } from './scenes.ts';
import { trainSmallNetwork } from './small-network.ts';
import { readSqueezenet } from './squeezenet.ts';

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
/** Random subsets of the patches that distances are measured between. */
const SUBSETS = { times: 40, size: 96 };
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

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

const textOf = ({ mean: middle, deviation }: { mean: number; deviation: number }): string =>
  `${middle.toPrecision(3)} ± ${deviation.toPrecision(2)}`;

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

type Measured = { small: string; squeezenet: string };

/** Distances of patches to drawn scenes by the features of both networks. */
async function createDistances(images: string, squeezenet: string) {
  const features = await readSqueezenet(squeezenet);
  const featuresOf = async (cells: readonly Image[]): Promise<Float32Array[]> => {
    const found: Float32Array[] = [];
    for (const patch of cells) found.push(await features(patch));
    return found;
  };
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
  const wanted = {
    small: await small.features(compared),
    squeezenet: await featuresOf(compared),
  };
  return async (cells: readonly Image[]): Promise<Measured> => ({
    small: textOf(resampled(await small.features(cells), wanted.small, SUBSETS)),
    squeezenet: textOf(resampled(await featuresOf(cells), wanted.squeezenet, SUBSETS)),
  });
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
  const distances = await createDistances(images, squeezenet);
  const rows: string[] = [];
  for (const [method, made] of drawn) {
    const near = await distances(made.flatMap(({ few }) => patchesOf(few, PATCH)));
    const values = [
      near.small,
      near.squeezenet,
      mean(made.map(({ few, picture }) => edgeAlignment(few, picture))).toFixed(3),
      mean(made.map(({ all, few }) => paletteError(all, few))).toFixed(2),
      `${(100 * mean(made.map(({ few }) => strayCells(few)))).toFixed(1)} %`,
    ];
    rows.push(`| ${method} | ${values.join(' | ')} |`);
  }
  const table = [
    '| method | KID to drawn scenes, small network (less is better) | the same, SqueezeNet (less) | edge alignment (more) | palette error ΔE2000 (less) | stray cells (less) |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  console.log(table);
  if (pictures) await writeDocs(table, paths, drawn);
}

/** The table, and the sheet with every so-many-th picture. */
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
