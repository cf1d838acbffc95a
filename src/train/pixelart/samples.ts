// Samples of the pixel-art training: crops of photographs, and drawn cells with what became of them.
import { CELL_PIXELS, INPUT_CHANNELS } from '../../nets/pixelart/sizes.ts';
import { blurPlane } from '../data/blur.ts';
import { addGrain, degrade } from '../data/degrade.ts';
import { drawnScene } from '../data/drawn-scene.ts';
import { guidesOf } from '../data/guides.ts';
import { cellMeans, cut, type Lumas, lumasOf, writeInput } from '../data/network-input.ts';
import { jitter, lumaPlane, mirror, type Planes } from '../data/planes.ts';
import { spriteScene } from '../data/sprite-scene.ts';
import { strongestEdges } from '../data/strongest-edges.ts';
import type { Random } from '../random.ts';
import type { Library } from './library.ts';

/** Values of one sample by the name of the step's input. */
export type Sample = Record<string, Float32Array>;

/** A crop of a photograph of size × size cells, with its guides. */
export function photoSample(random: Random, { photos }: Library, size: number): Sample {
  const edge = size * CELL_PIXELS;
  const photo = random.pick(photos);
  const lumas = cut(photo, {
    x: random.int(photo.width - edge + 1),
    y: random.int(photo.height - edge + 1),
    size: edge,
    mirrored: random.chance(0.5),
  });
  const [contrast, brightness] = [random.uniform(0.75, 1.25), random.uniform(-0.1, 0.1)];
  jitter(lumas.raw, contrast, brightness);
  jitter(lumas.smooth, contrast, brightness);
  const detail = random.chance(0.5) ? 1 : random.uniform(0, 1);
  const guides = guidesOf(lumas);
  return {
    photo: inputOf(lumas, detail, size),
    calm: guides.calm,
    quiet: guides.quiet,
    feature: guides.feature.map((value) => detail * value),
    floor: guides.floor,
    ceiling: guides.ceiling,
    edges: strongestEdges({ ...lumas, luma: seenLuma(lumas, detail) }),
  };
}

/** What the first half of the network's input shows. */
const seenLuma = ({ raw, smooth }: Lumas, detail: number): Float32Array =>
  smooth.map((calm, i) => calm + detail * (raw[i]! - calm));

function inputOf(lumas: Lumas, detail: number, size: number): Float32Array {
  const input = new Float32Array(INPUT_CHANNELS * size * size);
  writeInput(lumas, detail, input);
  return input;
}

/** Drawn cells of size × size and a picture that shows the same. */
export function drawnSample(random: Random, library: Library, size: number): Sample {
  const { cells, picture } = pairOf(random, library, size);
  if (random.chance(0.5)) {
    mirror(cells);
    mirror(picture);
  }
  const [contrast, brightness] = [random.uniform(0.8, 1.2), random.uniform(-0.08, 0.08)];
  jitter(cells.data, contrast, brightness);
  jitter(picture.data, contrast, brightness);
  const drawn = lumaPlane(cells);
  const detail = random.chance(0.7) ? 1 : random.uniform(0.3, 1);
  const seen = chromaOf(picture, size);
  return {
    degraded: inputOf(lumasOf(picture), detail, size),
    drawn,
    chroma: seen,
    chromaHigh: highBand(seen, size),
    drawnChroma: chromaOfCells(cells),
    real: drawn,
  };
}

function pairOf(random: Random, library: Library, size: number) {
  const kind = random.uniform(0, 1);
  if (kind < 0.5) {
    const { cells, picture } = drawnScene(random, size, CELL_PIXELS);
    return { cells, picture: soften(random, picture) };
  }
  const cells = spriteScene(random, library, size);
  const sharp = kind > 0.9;
  const picture = degrade(random, cells, CELL_PIXELS, {
    blur: sharp ? 0 : random.uniform(0.6, 2),
    shade: sharp ? 0 : 0.04,
    noise: sharp ? 0 : random.uniform(0, 0.03),
    texture: sharp || random.chance(0.4) ? 0 : random.uniform(0, 0.06),
    shift: sharp ? 0 : 1,
    nearest: sharp,
  });
  return { cells, picture };
}

function soften(random: Random, picture: Planes): Planes {
  const { width, height, data } = picture;
  const count = width * height;
  const sigma = random.uniform(0.2, 2);
  for (let c = 0; c < 3; c += 1) {
    data.set(blurPlane(data.subarray(c * count, (c + 1) * count), picture, sigma), c * count);
  }
  addGrain(random, data, picture, { shade: 0.04, noise: random.uniform(0, 0.03), texture: 0 });
  return { width, height, data };
}

/** R − Y and B − Y of the cells' means [2, size, size]. */
function chromaOf({ width, height, data }: Planes, size: number): Float32Array {
  const count = width * height;
  const [r, g, b] = [0, 1, 2].map((c) =>
    cellMeans(data.subarray(c * count, (c + 1) * count), width, height),
  ) as [Float32Array, Float32Array, Float32Array];
  const cells = new Float32Array(3 * size * size);
  for (const [c, plane] of [r, g, b].entries()) cells.set(plane, c * size * size);
  return chromaOfCells({ width: size, height: size, data: cells });
}

function chromaOfCells(cells: Planes): Float32Array {
  const count = cells.width * cells.height;
  const luma = lumaPlane(cells);
  const chroma = new Float32Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    chroma[i] = cells.data[i]! - luma[i]!;
    chroma[count + i] = cells.data[2 * count + i]! - luma[i]!;
  }
  return chroma;
}

/** What a Gaussian of one cell takes away. */
function highBand(chroma: Float32Array, size: number): Float32Array {
  const count = size * size;
  const high = Float32Array.from(chroma);
  for (let c = 0; c < 2; c += 1) {
    const plane = chroma.subarray(c * count, (c + 1) * count);
    const low = blurPlane(plane, { width: size, height: size }, 1);
    for (let i = 0; i < count; i += 1) high[c * count + i]! -= low[i]!;
  }
  return high;
}
