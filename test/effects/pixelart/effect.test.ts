import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import type { Image } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace } from '../../../src/timing.ts';
import { maxDifference, paint, pixelAt } from '../../helpers/files/pictures.ts';
import { seededPixelart } from '../../helpers/nets/seeded-pixelart.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const weights = seededPixelart({ head: 0.3 });
const image = paint({ width: 96, height: 64 }, (x, y) => [
  (40 + 2 * x) % 256,
  y < 32 ? 60 : 200,
  120 + 60 * Math.sin(x / 5),
]);

const stepOf = (plan: string) => parsePlan([plan], effects).steps[0]!;

async function drawn(
  plan: string,
  source: Image = image,
  model: (name: string) => Promise<Weights> = async () => weights,
): Promise<Image> {
  const { effect, params } = stepOf(plan);
  const picture = source;
  const result = await effect.run({
    picture,
    shrunk: { full: picture, factor: 1, left: 0, top: 0 },
    inputs: {},
    vectors: {},
    params,
    reports: false,
    kernels,
    model,
    pace: noPace,
  });
  const out = result.picture;
  expect(effect.size(source, params)).toEqual({ width: out.width, height: out.height });
  return out;
}

const coloursOf = ({ data }: Image): Set<number> =>
  new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4));

describe('pixelart', () => {
  it('is pixelate without strength, and asks for no model then', async () => {
    const model = vi.fn(async () => weights);
    const plain = await drawn('pixelart,cell=8,strength=0,palette=none', image, model);
    expect(maxDifference(plain, await drawn('pixelate,block=8'))).toBeLessThanOrEqual(1);
    expect(model).not.toHaveBeenCalled();
    const { effect, params } = stepOf('pixelart,strength=0');
    expect(effect.needs.models?.(params)).toEqual([]);
    expect(effect.needs.tensors?.(params)).toBe(true);
    const bare = stepOf('pixelart,strength=0,palette=none');
    expect(bare.effect.needs.tensors?.(bare.params)).toBe(false);
  });

  it('draws cells of one colour each, and goes there in proportion to strength', async () => {
    const cells = async (options: string): Promise<Image> =>
      drawn(`pixelart,cell=8,palette=none,detail=1,${options}`);
    const [none, half, full] = [
      await cells('strength=0'),
      await cells('strength=0.5'),
      await cells('strength=1'),
    ];
    expect(maxDifference(none, full)).toBeGreaterThan(20);
    for (let y = 0; y < 64; y += 8) {
      for (let x = 0; x < 96; x += 8) {
        expect(pixelAt(full, x, y)).toEqual(pixelAt(full, x + 7, y + 7));
        const [from, middle, to] = [none, half, full].map((one) => pixelAt(one, x, y)[0]!);
        if (to! > 0 && to! < 255)
          expect(Math.abs(middle! - (from! + to!) / 2)).toBeLessThanOrEqual(1.5);
      }
    }
  });

  it('draws nothing darker than the mean without outlines', async () => {
    const grey = paint({ width: 64, height: 64 }, (x, y) => {
      const v = 128 + 60 * Math.sin(x / 6) * Math.cos(y / 9);
      return [v, v, v];
    });
    const options = 'palette=none,detail=1,upscale=false';
    const plain = await drawn(`pixelart,strength=0,${options}`, grey);
    const bright = await drawn(`pixelart,outline=0,${options}`, grey);
    const learned = await drawn(`pixelart,outline=0.5,${options}`, grey);
    expect(plain.data.every((v, i) => bright.data[i]! >= v - 1)).toBe(true);
    expect(plain.data.some((v, i) => learned.data[i]! < v - 5)).toBe(true);
  });

  it('keeps to 24 colours of its own choice, or those that are asked for', async () => {
    expect(coloursOf(await drawn('pixelart,cell=4')).size).toBeLessThanOrEqual(24);
    expect(coloursOf(await drawn('pixelart,cell=4,colors=5')).size).toBe(5);
    expect(coloursOf(await drawn('pixelart,cell=4,palette=mono')).size).toBe(2);
    expect(coloursOf(await drawn('pixelart,cell=4,palette=none')).size).toBeGreaterThan(24);
  });

  it('keeps transparency, and does not see what lies under it', async () => {
    const half = (hidden: number): Image =>
      paint({ width: 64, height: 32 }, (x) =>
        x < 32 ? [200, 90, 40, 255] : [hidden, hidden, hidden, 0],
      );
    const shown = await drawn('pixelart,cell=4,upscale=false', half(0));
    expect(pixelAt(shown, 2, 3)[3]).toBe(255);
    expect(pixelAt(shown, 12, 3)[3]).toBe(0);
    expect(await drawn('pixelart,cell=4,upscale=false', half(255))).toEqual(shown);
  });

  it('takes any size, also below a cell', async () => {
    const sizes = [
      [1, 1],
      [7, 5],
      [33, 4],
    ] as const;
    for (const [width, height] of sizes) {
      const small = paint({ width, height }, (x, y) => [30 * x, 40 * y, 90]);
      const result = await drawn('pixelart,cell=8,detail=0.3', small);
      expect([result.width, result.height]).toEqual([width, height]);
    }
    const grid = await drawn('pixelart,columns=12,upscale=false');
    expect([grid.width, grid.height]).toEqual([12, 8]);
  });

  it('leaves no tensors behind, also if the model lacks a layer', async () => {
    await drawn('pixelart,cell=8');
    const before = memory().numTensors;
    await drawn('pixelart,cell=8');
    const short = new Map(weights);
    short.delete('head.weight');
    await expect(drawn('pixelart,cell=8', image, async () => short)).rejects.toThrow('head.weight');
    expect(memory().numTensors).toBe(before);
  });

  it('reports shares of its work that add up to about 1', async () => {
    for (const plan of ['pixelart,cell=4', 'pixelart,cell=8,palette=none']) {
      const { effect, params } = stepOf(plan);
      const picture = image;
      let done = 0;
      await effect.run({
        picture,
        shrunk: { full: picture, factor: 1, left: 0, top: 0 },
        inputs: {},
        vectors: {},
        params,
        reports: false,
        kernels,
        model: async () => weights,
        pace: (share) => {
          done += share;
          return undefined;
        },
      });
      expect(done).toBeGreaterThan(0.8);
      expect(done).toBeLessThan(1.05);
    }
  });

  it.each([
    ['pixelart,cell=8,columns=20', 'cell: expected either cell or columns and rows'],
    ['pixelart,palette=mono,colors=5', 'colors: expected together with palette=auto'],
    ['pixelart,palette=none,dither=bayer4', 'dither: expected together with palette'],
    ['pixelart,strength=2', 'strength'],
  ])('refuses %s', (plan, message) => {
    expect(() => parsePlan([plan], effects)).toThrow(message);
  });

  it('costs what its cells cost', () => {
    const cost = (plan: string, size = { width: 512, height: 512 }) => {
      const { effect, params } = stepOf(plan);
      return effect.cost(size, params, { shrink: 1 });
    };
    expect(cost('pixelart,cell=4').work.drawn).toBe(128 * 128);
    expect(cost('pixelart,cell=8').work.drawn).toBe(64 * 64);
    expect(cost('pixelart,cell=4,strength=0').work.drawn).toBe(0);
    expect(cost('pixelart,cell=4').bytes).toBeGreaterThan(cost('pixelart,cell=8').bytes);
  });
});
