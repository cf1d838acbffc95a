// Draws pictures by the effects themselves, as the Worker would.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { effects } from '../../src/effects/index.ts';
import type { Weights } from '../../src/graph/engine.ts';
import { createImage, type Image } from '../../src/image.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { loadPixelKernels } from '../../src/node/pixel-kernels.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { noPace } from '../../src/timing.ts';

const MODEL = new URL('../../models/pixelart.safetensors', import.meta.url);

/** The middle of a picture as a square of `side` pixels. */
export async function readSquare(path: string, side: number): Promise<Image> {
  const { data } = await sharp(path)
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .resize({ width: side, height: side, fit: 'cover' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const image = createImage({ width: side, height: side });
  image.data.set(data);
  return image;
}

let weights: Promise<Weights> | undefined;

async function readWeights(): Promise<Weights> {
  return readSafetensors(await readFile(MODEL)).tensors;
}

/** What one step makes of an image. */
export async function drawBy(step: string, image: Image): Promise<Image> {
  weights ??= readWeights();
  const given = await weights;
  const { effect, params } = parsePlan([step], effects).steps[0]!;
  const picture = image;
  const result = await effect.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: {},
    vectors: {},
    params,
    reports: false,
    kernels: await loadPixelKernels(),
    model: async () => given,
    pace: noPace,
  });
  return result.picture;
}

/** The image with each pixel as a square of `factor`, as a PNG. */
export const enlarged = (image: Image, factor: number): Promise<Buffer> =>
  sharp(Buffer.from(image.data), {
    raw: { width: image.width, height: image.height, channels: 4 },
  })
    .resize(factor * image.width, factor * image.height, { kernel: 'nearest' })
    .removeAlpha()
    .png()
    .toBuffer();
