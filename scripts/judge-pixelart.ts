// `node scripts/judge-pixelart.ts <images> <squeezenet>`: compares pixel art with pixelation on pictures that no training has seen,
// and draws a sheet on which neither is named. Writes `docs/pixelart/`.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { prepareTensors } from '../src/gpu/renderer/tensors.ts';
import { createImage, type Image } from '../src/image.ts';
import { drawBy, enlarged, readSquare } from './judge/draw.ts';
import { resampled } from './judge/kid.ts';
import { edgeAlignment, paletteError, strayCells } from './judge/measures.ts';
import { heldOutScenes } from './judge/scenes.ts';
import { trainSmallNetwork } from './judge/small-network.ts';
import { readSqueezenet } from './judge/squeezenet.ts';

/** Named before the training, which leaves them out. */
const HELD_BACK = [
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
const grid = `columns=${CELLS},upscale=false`;
const METHODS = {
  'pixelate, mean': { all: `pixelate,${grid}`, few: `pixelate,${grid},palette=auto,colors=16` },
  'pixelate, detail': {
    all: `pixelate,${grid},cells=detail`,
    few: `pixelate,${grid},cells=detail,palette=auto,colors=16`,
  },
  pixelart: { all: `pixelart,${grid},palette=none`, few: `pixelart,${grid},colors=16` },
};
const out = fileURLToPath(new URL('../docs/pixelart', import.meta.url));

/** Squares of PATCH × PATCH cells. */
function patchesOf({ width, height, data }: Image): Image[] {
  const patches: Image[] = [];
  for (let y = 0; y + PATCH <= height; y += PATCH) {
    for (let x = 0; x + PATCH <= width; x += PATCH) {
      const patch = createImage({ width: PATCH, height: PATCH });
      for (let row = 0; row < PATCH; row++) {
        const from = 4 * ((y + row) * width + x);
        patch.data.set(data.subarray(from, from + 4 * PATCH), 4 * row * PATCH);
      }
      patches.push(patch);
    }
  }
  return patches;
}

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

const textOf = ({ mean: middle, deviation }: { mean: number; deviation: number }): string =>
  `${middle.toPrecision(3)} ± ${deviation.toPrecision(2)}`;

type Drawn = { picture: Image; all: Image; few: Image };

async function drawAll(folder: string): Promise<Map<string, Drawn[]>> {
  const drawn = new Map<string, Drawn[]>();
  for (const [method, { all, few }] of Object.entries(METHODS)) {
    const made: Drawn[] = [];
    for (const name of HELD_BACK) {
      const picture = await readSquare(join(folder, 'photos', name), SIDE);
      made.push({ picture, all: await drawBy(all, picture), few: await drawBy(few, picture) });
    }
    drawn.set(method, made);
  }
  return drawn;
}

async function main([images, squeezenet]: readonly string[]): Promise<void> {
  if (!images || !squeezenet)
    throw new RangeError('expected the folders of pictures and of SqueezeNet');
  await prepareTensors();
  const drawn = await drawAll(images);
  const features = await readSqueezenet(squeezenet);
  const featuresOf = async (cells: readonly Image[]): Promise<Float32Array[]> => {
    const found: Float32Array[] = [];
    for (const patch of cells) found.push(await features(patch));
    return found;
  };
  // The small network learns from one half of the scenes, and the other half is compared with.
  const scenes = (await heldOutScenes(join(images, 'pixelart'), 64, 2 * PATCH)).flatMap(patchesOf);
  const [learned, compared] = [scenes.slice(0, 128), scenes.slice(128)];
  const averaged: Image[] = [];
  for (const name of OTHERS) {
    const picture = await readSquare(join(images, 'photos', name), SIDE);
    averaged.push(...patchesOf(await drawBy(METHODS['pixelate, mean'].few, picture)));
  }
  const small = await trainSmallNetwork(learned, averaged, PATCH);
  console.log(`The small network tells ${(100 * small.accuracy).toFixed(1)} % rightly.`);
  const drawnScenes = {
    squeezenet: await featuresOf(compared),
    small: await small.features(compared),
  };
  const rows: string[] = [];
  for (const [method, made] of drawn) {
    const patches = made.flatMap(({ few }) => patchesOf(few));
    const subsets = { times: 20, size: 64 };
    const near = resampled(await small.features(patches), drawnScenes.small, subsets);
    const kid = resampled(await featuresOf(patches), drawnScenes.squeezenet, subsets);
    const values = [
      textOf(near),
      textOf(kid),
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
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'measures.md'), `${table}\n`);
  await writeSheet(drawn);
}

/** Eight pictures by three methods each, in an order that only the key tells. */
async function writeSheet(drawn: ReadonlyMap<string, readonly Drawn[]>): Promise<void> {
  const edge = 4 * CELLS;
  const gap = 8;
  const tiles: { input: Buffer; left: number; top: number }[] = [];
  const key: string[] = [];
  let state = 99;
  for (const [row, name] of HELD_BACK.entries()) {
    const order = [...drawn.keys()];
    for (let i = order.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = Math.floor((state / 2 ** 32) * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    key.push(`| ${basename(name)} | ${order.join(' | ')} |`);
    for (const [column, method] of order.entries()) {
      const input = await enlarged(drawn.get(method)![row]!.few, 4);
      tiles.push({ input, left: column * (edge + gap), top: row * (edge + gap) });
    }
  }
  const size = { width: 3 * (edge + gap) - gap, height: HELD_BACK.length * (edge + gap) - gap };
  const sheet = sharp({ create: { ...size, channels: 3, background: '#888' } }).composite(tiles);
  await writeFile(join(out, 'blind.webp'), await sheet.webp({ lossless: true }).toBuffer());
  const head = '| picture | A | B | C |\n| --- | --- | --- | --- |';
  await writeFile(join(out, 'key.md'), `# Key of the blind sheet\n\n${head}\n${key.join('\n')}\n`);
}

await main(process.argv.slice(2));
