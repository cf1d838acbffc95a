// The step `style` with the engine fast, with stand-ins for the networks, which have their own tests.
import { memory } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import { createImage, type Image, type Size } from '../../../src/image.ts';
import { predictStyle, STYLE_SIDE } from '../../../src/nets/magenta/predictor.ts';
import { STYLE_NUMBERS, transferStyle } from '../../../src/nets/magenta/transform.ts';
import type { Rgb } from '../../../src/nets/rgb.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace } from '../../../src/timing.ts';
import { maxDifference, paint, pixelAt } from '../../helpers/files/pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

vi.mock(import('../../../src/nets/magenta/transform.ts'), async (original) => ({
  ...(await original()),
  transferStyle: vi.fn(),
}));
vi.mock(import('../../../src/nets/magenta/predictor.ts'), async (original) => ({
  ...(await original()),
  predictStyle: vi.fn(),
}));

const transfer = vi.mocked(transferStyle);
const predict = vi.mocked(predictStyle);
const model = vi.fn(async (_name: string): Promise<Weights> => new Map());

/** A vector of a hundred numbers that begins with the mean colour. */
const means = async ({ data }: Rgb): Promise<Float32Array> => {
  const sums = new Float32Array(STYLE_NUMBERS);
  for (let i = 0; i < data.length; i++) sums[i % 3]! += (3 * data[i]!) / data.length;
  return sums;
};

/** The picture halfway to the colour at the beginning of the vector. */
const tinted = async ({ data, ...size }: Rgb, vector: Float32Array): Promise<Rgb> => ({
  ...size,
  data: data.map((v, i) => (v + vector[i % 3]!) / 2),
});

beforeEach(() => {
  model.mockClear();
  transfer.mockReset().mockImplementation(tinted);
  predict.mockReset().mockImplementation(means);
});

const vectorFrom = (...colour: number[]): Float32Array =>
  Float32Array.from({ length: STYLE_NUMBERS }, (_, i) => colour[i] ?? Math.sin(i));
const red = vectorFrom(1, 0, 0);
const blue = vectorFrom(0, 0, 1);

const stepOf = (options: string) => parsePlan([`style,${options}`], effects).steps[0]!;

async function styled(
  options: string,
  image: Image,
  vectors: Float32Array[] = [red],
): Promise<Image> {
  const sources = vectors.map((_, i) => `asset:${i}`).join('~');
  const { effect, params } = stepOf(`style=${sources}${options && `,${options}`}`);
  const picture = image;
  const tensors = memory().numTensors;
  const result = await effect.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: { style: [] },
    vectors: { style: vectors },
    params,
    reports: false,
    kernels,
    model,
    pace: noPace,
  });
  const made = result.picture;
  expect(memory().numTensors).toBe(tensors);
  return made;
}

const photo = (size: Size): Image =>
  paint(size, (x, y) => [
    128 + 100 * Math.sin(x / 9),
    (200 * y) / size.height,
    x > size.width / 2 ? 180 : 60,
  ]);
const image = photo({ width: 96, height: 64 });

const worked = (): number[] => {
  const [{ width, height }] = transfer.mock.lastCall as Parameters<typeof transferStyle>;
  return [width, height];
};
const vectorUsed = (): Float32Array => transfer.mock.lastCall![1];

describe('style with the engine fast', () => {
  it('is the default, at the edge, with tensors', () => {
    const { effect, params } = stepOf('style=asset:a');
    expect(params.engine).toBe('fast');
    expect(effect.needs.gpuOnly?.(params)).toBe(false);
    expect(effect.needs.tensors?.(params)).toBe(true);
    expect(effect.further.vectors?.when(params)).toBe(true);
    const other = stepOf('style=asset:a,engine=vgg19');
    expect(effect.needs.gpuOnly?.(other.params)).toBe(true);
    expect(effect.needs.tensors?.(other.params)).toBe(false);
    expect(effect.further.vectors?.when(other.params)).toBe(false);
  });

  it('paints in the style of the vector, with the network’s weights', async () => {
    const grey = paint({ width: 40, height: 30 }, () => [101, 100, 100]);
    const result = await styled('', grey);
    // A flat picture gets faint noise.
    for (const [c, level] of [178, 50, 50, 255].entries()) {
      expect(Math.abs(pixelAt(result, 20, 10)[c]! - level)).toBeLessThan(10);
    }
    expect(vectorUsed()).toEqual(red);
    expect(model.mock.calls).toEqual([['fast-style']]);
    expect(predict).not.toHaveBeenCalled();
  });

  it.each([
    [1, 1],
    [3, 500],
    [500, 3],
    [97, 41],
  ])('answers a picture of the size that came in: %i×%i', async (width, height) => {
    const content = photo({ width, height });
    const plain = await styled('', content);
    for (const options of ['size=32', 'size=auto,color=content,strength=0.1']) {
      const result = await styled(options, content);
      expect([result.width, result.height]).toEqual([width, height]);
      expect(result.data.every((v, i) => i % 4 < 3 || v === 255)).toBe(true);
    }
    expect(maxDifference(await styled('size=2048', content), plain)).toBe(0);
  });

  it('works at the asked size, up to the picture’s own', async () => {
    await styled('size=48', image);
    expect(worked()).toEqual([48, 32]);
    await styled('size=500', image);
    expect(worked()).toEqual([96, 64]);
    await styled('', photo({ width: 800, height: 400 }));
    expect(worked()).toEqual([512, 256]);
  });

  it('enlarges a smaller result without shifting it, with the content’s edges', async () => {
    transfer.mockImplementation(async (content) => content);
    const sharp = paint({ width: 120, height: 80 }, (x, y) => {
      const v = Math.hypot(x - 50, y - 40) < 25 ? 220 : 60;
      return [v, v, v];
    });
    const result = await styled('size=40', sharp);
    const off = result.data.filter((v, i) => Math.abs(v - sharp.data[i]!) > 40).length;
    expect(off).toBeLessThan(0.005 * sharp.data.length);
  });

  it('changes nothing with strength=0, and runs no network', async () => {
    expect(maxDifference(await styled('strength=0', image), image)).toBe(0);
    expect(maxDifference(await styled('strength=0,color=content', image), image)).toBe(0);
    expect(transfer).not.toHaveBeenCalled();
  });

  it('fades into the picture towards strength=0', async () => {
    const differences = [];
    for (const strength of [0.001, 0.05, 0.1, 0.2]) {
      differences.push(maxDifference(await styled(`strength=${strength}`, image), image));
    }
    expect(differences[0]).toBeLessThanOrEqual(1);
    expect(differences).toEqual([...differences].sort((a, b) => a - b));
    expect(differences[3]).toBeGreaterThan(20);
  });

  it('goes from the content’s own vector to the style’s', async () => {
    const grey = paint({ width: 40, height: 30 }, () => [102, 102, 102]);
    await styled('strength=0.75', grey);
    expect(vectorUsed()[0]).toBeCloseTo(0.4 + 0.75 * 0.6, 3);
    expect(vectorUsed()[1]).toBeCloseTo(0.4 - 0.75 * 0.4, 3);
    expect(model.mock.calls.flat().sort()).toEqual(['fast-style', 'fast-style-predictor']);
  });

  it('mixes styles by their weights; two equal ones are one', async () => {
    const mix = async (options: string, vectors: Float32Array[]) => {
      await styled(options, image, vectors);
      return [...vectorUsed().subarray(0, 3)];
    };
    expect(await mix('', [red, blue])).toEqual([0.5, 0, 0.5]);
    expect(await mix('styleWeights=3~1', [red, blue])).toEqual([0.75, 0, 0.25]);
    expect(await mix('styleWeights=3~1', [blue, red])).toEqual([0.25, 0, 0.75]);
    expect(await mix('styleWeights=0~1', [red, blue])).toEqual([0, 0, 1]);
    const one = await styled('', image, [red]);
    expect(maxDifference(await styled('styleWeights=0.3~0.7', image, [red, red]), one)).toBe(0);
  });

  it('keeps opacity, and gives the network the mean visible colour for clear parts', async () => {
    const half = paint({ width: 4, height: 4 }, (x) => (x < 2 ? [201, 100, 50] : [0, 255, 0, 0]));
    const result = await styled('', half);
    const [content] = transfer.mock.lastCall as Parameters<typeof transferStyle>;
    for (let p = 0; p < 16; p++) expect(content.data[3 * p]).toBeCloseTo(201 / 255, 0.9);
    for (const [c, level] of [228, 50, 25, 255].entries()) {
      expect(Math.abs(pixelAt(result, 0, 0)[c]! - level)).toBeLessThan(10);
    }
    expect(pixelAt(result, 3, 0)).toEqual([0, 0, 0, 0]);
    const clear = createImage({ width: 70, height: 3 });
    expect(maxDifference(await styled('size=32', clear), clear)).toBe(0);
  });

  it('keeps opacity when it enlarges', async () => {
    const faint = paint({ width: 90, height: 60 }, (x, y) => [200, 2 * y, 50, 2 * x]);
    const result = await styled('size=32', faint);
    for (const x of [0, 1, 44, 89]) expect(pixelAt(result, x, 30)[3]).toBe(2 * x);
  });

  it('with color=content changes the lightness alone', async () => {
    const green = paint({ width: 20, height: 20 }, () => [90, 140, 90]);
    const [r, g, b] = pixelAt(await styled('color=content', green), 9, 9) as [
      number,
      number,
      number,
    ];
    expect(g).toBeGreaterThan(r + 30);
    expect(Math.abs(r - b)).toBeLessThan(5);
  });

  it('makes the vector of a style from squares that cover it', async () => {
    const { effect } = stepOf('style=asset:a');
    const of = async (source: Image) => {
      predict.mockClear();
      const vector = await effect.further.vectors!.of(source, { model, kernels, pace: noPace });
      for (const [seen] of predict.mock.calls) {
        expect([seen.width, seen.height]).toEqual([STYLE_SIDE, STYLE_SIDE]);
      }
      return { vector, squares: predict.mock.calls.length };
    };
    const thirds = paint({ width: 900, height: 300 }, (x) =>
      x < 300 ? [255, 0, 0] : x < 600 ? [0, 255, 0] : [0, 0, 255],
    );
    const { vector, squares } = await of(thirds);
    expect(squares).toBe(3);
    for (const colour of vector.subarray(0, 3)) expect(colour).toBeCloseTo(1 / 3, 2);
    for (const [width, height, count] of [
      [300, 300, 1],
      [330, 300, 1],
      [300, 400, 2],
      [1, 1, 1],
      [3, 500, 4],
    ] as const) {
      const dark = await of(paint({ width, height }, () => [51, 0, 0]));
      expect(dark.squares).toBe(count);
      expect(dark.vector[0]).toBeCloseTo(0.2, 3);
      const cost = effect.further.vectors!.cost({ width, height });
      expect(cost.work.predictions).toBe(count);
    }
  });

  it('makes the content’s own vector of the square in its middle', async () => {
    const wide = paint({ width: 900, height: 300 }, (x) =>
      x >= 300 && x < 600 ? [255, 0, 0] : [0, 255, 0],
    );
    await styled('strength=0.5', wide, [vectorFrom(0, 0, 0)]);
    expect(predict).toHaveBeenCalledTimes(1);
    expect(vectorUsed()[0]).toBeCloseTo(0.5, 1);
    expect(vectorUsed()[1]).toBeCloseTo(0, 1);
  });

  it('counts its work', () => {
    const costOf = (options: string, size: Size = { width: 1000, height: 500 }) => {
      const { effect, params } = stepOf(`style=asset:a${options}`);
      return effect.cost(size, params, { shrink: 1 });
    };
    const plain = costOf(',size=400');
    expect(plain.work).toMatchObject({ fastRuns: 1, fastPixels: 400 * 200, predictions: 0 });
    expect(plain.work).toMatchObject({ upscaled: 5e5, recoloured: 0, finished: 5e5 });
    expect(costOf(',strength=0.5').work.predictions).toBe(1);
    expect(costOf(',color=content').work.recoloured).toBe(5e5);
    expect(costOf(',size=1000').work.upscaled).toBe(0);
    expect(costOf(',strength=0')).toEqual({ work: {}, bytes: 0 });
    expect(costOf('').work).toEqual(costOf(',size=512').work);
    expect(plain.heap).toBeLessThan(costOf('').heap as number);
    expect(plain.bytes).toBeLessThan(costOf('').bytes);
  });

  it('names the models that it needs', () => {
    const models = (options: string) => {
      const { effect, params } = stepOf(`style=asset:a${options}`);
      return effect.needs.models?.(params);
    };
    expect(models('')).toEqual(['fast-style']);
    expect(models(',strength=0.5')).toEqual(['fast-style', 'fast-style-predictor']);
    expect(stepOf('style=asset:a').effect.further.vectors?.models).toEqual([
      'fast-style-predictor',
    ]);
  });
});
