import { add, memory, mul, sum, type Tensor3D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitByDescent, fitByProjection } from '../../../src/effects/hybrid/fit.ts';
import type { LossReport } from '../../../src/fit/fit.ts';
import golden from '../../golden/hybrid.json';
import { blob, detail } from '../../helpers/files/golden-images.ts';
import { fromRgb, maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { createObjective, type ObjectiveOptions } from '../../helpers/nets/objective.ts';

const pause = async () => {};
const recipe: ObjectiveOptions = {
  nearWeight: 0.1,
  farWeight: 1,
  kernel: { size: 15, sigma: 3 },
  borders: 'zero',
  coarse: 1,
};

let tensors = 0;
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => {
  expect(memory().numTensors).toBe(tensors);
});

type Shape = { width: number; height: number };

const tensorOf = (rgb: ArrayLike<number>, { width, height }: Shape): Tensor3D =>
  tensor3d(
    Float32Array.from(rgb, (v) => v / 255),
    [height, width, 3],
  );

async function withObjective<T>(
  pair: { near: Tensor3D; far: Tensor3D },
  options: ObjectiveOptions,
  use: (objective: ReturnType<typeof createObjective>) => T | Promise<T>,
): Promise<T> {
  const objective = createObjective(pair, options);
  try {
    return await use(objective);
  } finally {
    objective.dispose();
    pair.near.dispose();
    pair.far.dispose();
  }
}

const goldenPair = (shape: Shape) => ({
  near: tensorOf(detail(shape), shape),
  far: tensorOf(blob(shape), shape),
});

const grey = ({ width, height }: Shape): Tensor3D =>
  tensor3d(new Float32Array(3 * width * height).fill(0.5), [height, width, 3]);

const worst = (got: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce((most, v, i) => Math.max(most, Math.abs(v - (got[i] as number))), 0);

describe('reference mode', () => {
  for (const c of golden.cases) {
    it(`follows the golden run: ${c.name}`, async () => {
      const shape = { width: c.width, height: c.height };
      const pair = c.precise_uint8
        ? {
            near: tensorOf(c.precise_uint8, shape),
            far: tensorOf(c.blurred_uint8 as number[], shape),
          }
        : goldenPair(shape);
      const options = {
        ...recipe,
        nearWeight: c.m_precise,
        farWeight: c.m_blurred,
        kernel: { size: c.kernel_size, sigma: c.sigma },
      };
      await withObjective(pair, options, async (objective) => {
        const start = grey(shape);
        const losses = new Map<number, LossReport>();
        const x = await fitByDescent(objective, start, {
          steps: 200,
          lr: c.lr,
          pause,
          report: (r) => losses.set(r.step, r),
        });
        let compared = 0;
        for (const [step, expected] of Object.entries(c.losses)) {
          const got = losses.get(Number(step));
          if (!got) continue;
          compared++;
          expect(Math.abs(got.loss / expected.loss - 1)).toBeLessThan(1e-5);
        }
        expect(compared).toBeGreaterThanOrEqual(3);
        const pictures: Record<string, number[] | undefined> = c.images_float32;
        const last = pictures['200'];
        if (last) expect(worst(x.dataSync(), last)).toBeLessThan(1e-5);
        x.dispose();
        for (const step of ['1', '10', '199']) {
          const expected = pictures[step];
          if (!expected) continue;
          const early = await fitByDescent(objective, start, {
            steps: Number(step),
            lr: c.lr,
            pause,
          });
          expect(worst(early.dataSync(), expected)).toBeLessThan(1e-5);
          early.dispose();
        }
        start.dispose();
      });
    });
  }

  it('starts with the golden gradient', async () => {
    const c = golden.cases[0] as (typeof golden.cases)[number];
    const shape = { width: 16, height: 16 };
    const pair = {
      near: tensorOf(c.precise_uint8 as number[], shape),
      far: tensorOf(c.blurred_uint8 as number[], shape),
    };
    await withObjective(pair, recipe, (objective) => {
      const x = grey(shape);
      const byState = tidy(() => mul(objective.gradient(x), 0.25)); // dx/dv = x (1 − x)
      expect(worst(byState.dataSync(), c.gradient_v_at_step0_float32 as number[])).toBeLessThan(
        1e-5,
      );
      byState.dispose();
      x.dispose();
    });
  });

  it('truncates to bytes as the recipe does, and reports its losses', async () => {
    const shape = { width: 16, height: 16 };
    const c = golden.cases[0] as (typeof golden.cases)[number];
    const near = fromRgb(shape, c.precise_uint8 as number[]);
    const far = fromRgb(shape, c.blurred_uint8 as number[]);
    const { image, report } = await run('hybrid,far=asset:far,mode=reference', near, {
      further: { 'asset:far': far },
    });
    const expected = (c.images_float32['200'] as number[]).map((v) => Math.floor(v * 255));
    const got = [...image.data].filter((_, i) => i % 4 < 3);
    // Two values of 768 lie within float error of a whole level.
    expect(got.filter((v, i) => v !== expected[i]).length).toBeLessThanOrEqual(2);
    expect(worst(got, expected)).toBeLessThanOrEqual(1);
    const losses = report.losses as LossReport[];
    expect(losses.at(-1)?.step).toBe(200);
    expect(
      Math.abs((losses.at(-1)?.loss as number) / (c.losses['200']?.loss as number) - 1),
    ).toBeLessThan(1e-5);
  });

  it.each(['gray', 'near', 'far', 'frequency'])(
    'descends from %s, on pure black too',
    async (init) => {
      const shape = { width: 24, height: 24 };
      const near = paint(shape, (x) => (x < 12 ? [0, 0, 0] : [255, 255, 255]));
      const far = paint(shape, (_, y) => (y < 12 ? [0, 0, 0] : [200, 30, 30]));
      const { report, image } = await run(
        `hybrid,far=asset:f,mode=reference,steps=20,init=${init}`,
        near,
        { further: { 'asset:f': far } },
      );
      const losses = (report.losses as LossReport[]).map((l) => l.loss);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(losses.at(-1)).toBeLessThan(losses[0] as number);
      expect(image.data.every((v, i) => i % 4 < 3 || v === 255)).toBe(true);
    },
  );
});

describe('the objective', () => {
  const shape = { width: 12, height: 10 };

  it.each(['zero', 'normalised'] as const)(
    'has the gradient that finite differences give, with %s borders',
    async (borders) => {
      await withObjective(
        goldenPair(shape),
        { ...recipe, kernel: { size: 5, sigma: 1.2 }, borders },
        (objective) => {
          const x = tensor3d(
            Float32Array.from({ length: 360 }, (_, i) => 0.2 + (0.6 * ((i * 37) % 97)) / 97),
            [10, 12, 3],
          );
          const gradient = objective.gradient(x);
          for (const seed of [1, 2, 3]) {
            const direction = tensor3d(
              Float32Array.from({ length: 360 }, (_, i) => Math.sin(seed * (i + 1))),
              [10, 12, 3],
            );
            const h = 2e-3;
            const at = (t: number): number => {
              const moved = tidy(() => add(x, mul(direction, t)) as Tensor3D);
              const { loss } = objective.losses(moved);
              moved.dispose();
              return loss;
            };
            const numeric = (at(h) - at(-h)) / (2 * h);
            const analytic = tidy(() => sum(mul(gradient, direction)).dataSync()[0] as number);
            expect(Math.abs(numeric - analytic)).toBeLessThan(
              2e-3 * Math.max(1, Math.abs(analytic)),
            );
            direction.dispose();
          }
          gradient.dispose();
          x.dispose();
        },
      );
    },
  );

  it('stays finite if a picture is black over a whole kernel', async () => {
    const black = {
      near: tensor3d(new Float32Array(3 * 400), [20, 20, 3]),
      far: tensor3d(new Float32Array(3 * 400), [20, 20, 3]),
    };
    await withObjective(black, recipe, async (objective) => {
      const x = await fitByProjection(objective, black.near, { steps: 5, step: 0.45, pause });
      expect(x.dataSync().every((v) => Number.isFinite(v) && v <= 1 / 2048 + 1e-6)).toBe(true);
      x.dispose();
    });
  });

  it('on a coarse grid still leads downhill', async () => {
    const wide = { width: 64, height: 48 };
    await withObjective(
      goldenPair(wide),
      { ...recipe, kernel: { size: 9, sigma: 1.5 }, borders: 'normalised', coarse: 2 },
      async (objective) => {
        const start = grey(wide);
        const losses: number[] = [];
        const x = await fitByProjection(objective, start, {
          steps: 5,
          step: 0.45,
          pause,
          report: (r) => losses.push(r.loss),
        });
        for (let i = 1; i < losses.length; i++)
          expect(losses[i]).toBeLessThan(losses[i - 1] as number);
        x.dispose();
        start.dispose();
      },
    );
  });
});

describe('fast mode', () => {
  it('follows the golden projected gradient', async () => {
    const c = golden.cases[0] as (typeof golden.cases)[number];
    const shape = { width: 16, height: 16 };
    const pair = {
      near: tensorOf(c.precise_uint8 as number[], shape),
      far: tensorOf(c.blurred_uint8 as number[], shape),
    };
    await withObjective(pair, recipe, async (objective) => {
      const start = grey(shape);
      for (const [steps, picture] of Object.entries(golden.fast_solver.images_float32)) {
        const losses: LossReport[] = [];
        const x = await fitByProjection(objective, start, {
          steps: Number(steps),
          step: 0.5 / 1.1,
          pause,
          report: (r) => losses.push(r),
        });
        expect(worst(x.dataSync(), picture)).toBeLessThan(1e-5);
        const expected = (golden.fast_solver.losses as Record<string, { loss: number }>)[steps];
        expect(
          Math.abs((losses.at(-1)?.loss as number) / (expected?.loss as number) - 1),
        ).toBeLessThan(1e-5);
        x.dispose();
      }
      start.dispose();
    });
  });

  it('beats the recipe of 200 steps within three gradient evaluations, from its own start', async () => {
    const shape = { width: 64, height: 48 };
    const target = golden.cases[2]?.losses['200']?.loss as number;
    await withObjective(goldenPair(shape), recipe, async (objective) => {
      const start = objective.frequencyStart();
      const losses: number[] = [];
      const x = await fitByProjection(objective, start, {
        steps: 3,
        step: 0.5 / 1.1,
        pause,
        report: (r) => losses.push(r.loss),
      });
      expect(Math.min(...losses)).toBeLessThan(target);
      x.dispose();
      start.dispose();
    });
  });

  const photo = (phase: number) =>
    paint({ width: 64, height: 64 }, (x, y) => [
      128 + 90 * Math.sin((x + phase) / 9) * Math.cos(y / 7),
      128 + 80 * Math.cos((x * y) / 200 + phase),
      (x * 3 + y + phase) % 256,
    ]);

  it.each(['fast', 'frequency'])(
    'gives a picture back that is paired with itself (%s)',
    async (mode) => {
      const picture = photo(0);
      const { image } = await run(`hybrid,far=asset:f,mode=${mode},headroom=false`, picture, {
        further: { 'asset:f': picture },
      });
      expect(maxDifference(image, picture)).toBeLessThanOrEqual(1);
    },
  );

  it('fits each channel to its own target, and reports on all', async () => {
    const size = { width: 97, height: 80 };
    const scene = (phase: number, order: [number, number, number]) =>
      paint(size, (x, y) => {
        const rgb = [
          128 + 90 * Math.sin((x + phase) / 19) * Math.cos(y / 17),
          128 + 80 * Math.cos((x * y) / 900 + phase),
          (x * 3 + y + phase) % 256,
        ];
        return order.map((colour) => rgb[colour] as number);
      });
    const of = async (order: [number, number, number]) =>
      run('hybrid,far=asset:f', scene(0, order), { further: { 'asset:f': scene(50, order) } });
    const [plain, turned] = [await of([0, 1, 2]), await of([1, 2, 0])];
    const back = paint(size, (x, y) => {
      const [g = 0, b = 0, r = 0] = pixelAt(turned.image, x, y);
      return [r, g, b];
    });
    expect(maxDifference(back, plain.image)).toBe(0);
    expect(new Set(pixelAt(plain.image, 50, 40)).size).toBeGreaterThan(2);
    const lossOf = ({ report }: typeof plain) =>
      (report.losses as LossReport[]).at(-1)?.loss as number;
    expect(lossOf(plain)).toBeGreaterThan(0);
    expect(lossOf(turned) / lossOf(plain)).toBeCloseTo(1, 9);
  });

  it('fits a far picture of another size and shape', async () => {
    const far = paint({ width: 30, height: 90 }, () => [200, 60, 60]);
    const { image } = await run('hybrid,far=asset:f', photo(1), { further: { 'asset:f': far } });
    expect([image.width, image.height]).toEqual([64, 64]);
  });

  it.each([
    [1, 1],
    [1, 50],
    [33, 7],
    [67, 129],
  ])('works on %i×%i', async (width, height) => {
    const near = paint({ width, height }, (x, y) => [(x * 31) % 256, (y * 17) % 256, 90]);
    const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': photo(2) } });
    expect([image.width, image.height]).toEqual([width, height]);
  });

  it('works with a blur that is wider than the picture', async () => {
    const { image } = await run('hybrid,far=asset:f,sigma=200', photo(3), {
      further: { 'asset:f': photo(40) },
    });
    expect(image.width).toBe(64);
  });

  it('keeps the colours of the chosen picture', async () => {
    const near = paint({ width: 64, height: 64 }, (x, y) => [
      ((x >> 2) + (y >> 2)) % 2 ? 220 : 90,
      60,
      40,
    ]);
    const far = paint({ width: 64, height: 64 }, () => [60, 80, 200]);
    const chroma = async (color: string): Promise<number[]> => {
      const { image } = await run(`hybrid,far=asset:f,color=${color}`, near, {
        further: { 'asset:f': far },
      });
      const sum = [0, 0, 0];
      for (let i = 0; i < image.data.length; i++) if (i % 4 < 3) sum[i % 4]! += image.data[i]!;
      return sum.map((v) => v / 4096);
    };
    const [grey, colourful] = [await chroma('gray'), await chroma('far')];
    expect(Math.max(...grey) - Math.min(...grey)).toBeLessThan(1);
    expect((colourful[2] as number) - (colourful[0] as number)).toBeGreaterThan(40);
    const ofNear = await chroma('near');
    expect((ofNear[2] as number) - (ofNear[0] as number)).toBeLessThan(10);
  });

  it('shows more detail with more gain, and none with none', async () => {
    const contrast = async (gain: number): Promise<number> => {
      const flat = paint({ width: 64, height: 64 }, () => [128, 128, 128]);
      const near = paint({ width: 64, height: 64 }, (x) => Array(3).fill((x >> 1) % 2 ? 148 : 108));
      const { image } = await run(`hybrid,far=asset:f,mode=frequency,cutoff=4,gain=${gain}`, near, {
        further: { 'asset:f': flat },
      });
      return (pixelAt(image, 34, 32)[0] as number) - (pixelAt(image, 32, 32)[0] as number);
    };
    const [none, once, twice] = [await contrast(0), await contrast(1), await contrast(2)];
    expect(Math.abs(none)).toBeLessThanOrEqual(1);
    expect(Math.abs(once)).toBeGreaterThan(30);
    expect(Math.abs(twice / once - 2)).toBeLessThan(0.1);
  });

  it('leaves room for detail on black and white, unless headroom is off', async () => {
    const near = paint({ width: 64, height: 64 }, (x) => Array(3).fill((x >> 1) % 2 ? 140 : 116));
    const far = paint({ width: 64, height: 64 }, (_, y) => Array(3).fill(y < 32 ? 0 : 255));
    const detailAt = async (headroom: boolean, y: number): Promise<number> => {
      const { image } = await run(`hybrid,far=asset:f,cutoff=4,headroom=${headroom}`, near, {
        further: { 'asset:f': far },
      });
      return Math.abs((pixelAt(image, 34, y)[0] as number) - (pixelAt(image, 32, y)[0] as number));
    };
    for (const y of [4, 60]) {
      expect(await detailAt(true, y)).toBeGreaterThan(15);
      expect(await detailAt(false, y)).toBeLessThan(15);
    }
  });

  it('reports how much of each picture is in the result', async () => {
    const { report } = await run('hybrid,far=asset:f,cutoff=4', photo(5), {
      further: { 'asset:f': photo(60) },
    });
    const { correlation, clipped } = report as {
      correlation: { near: number; far: number };
      clipped: number;
    };
    expect(correlation.near).toBeGreaterThan(0.5);
    expect(correlation.far).toBeGreaterThan(0.9);
    expect(correlation.near).toBeLessThanOrEqual(1);
    expect(clipped).toBeGreaterThanOrEqual(0);
    expect(clipped).toBeLessThan(0.2);

    const same = await run('hybrid,far=asset:f,cutoff=4,headroom=false', photo(5), {
      further: { 'asset:f': photo(5) },
    });
    const perfect = same.report as { correlation: { near: number; far: number } };
    expect(perfect.correlation.near).toBeCloseTo(1, 3);
    expect(perfect.correlation.far).toBeCloseTo(1, 3);
  });

  const dot = (cx: number, cy: number, size = 64) =>
    paint({ width: size, height: size }, (x, y) =>
      Array(3).fill(Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < 5 ? 255 : 40),
    );
  const brightest = (image: Parameters<typeof pixelAt>[0]): [number, number] => {
    let [sx, sy, n] = [0, 0, 0];
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const v = Math.max(0, (pixelAt(image, x, y)[0] as number) - 90);
        sx += v * (x + 0.5);
        sy += v * (y + 0.5);
        n += v;
      }
    }
    return [sx / n, sy / n];
  };

  it.each([
    ['two points', 'align=0.5_0.5_0.25_0.75~0.75_0.5_0.5_0.75', [32, 32]],
    ['three points', 'align=0.5_0.5_0.25_0.75~0.75_0.5_0.5_0.75~0.5_0.75_0.25_1', [32, 32]],
    ['no alignment', 'cutoff=16', [16, 48]],
  ])('brings given points together: %s', async (_, option, [x, y]) => {
    const grey = paint({ width: 64, height: 64 }, () => [128, 128, 128]);
    const { image } = await run(
      `hybrid,far=asset:f,mode=frequency,headroom=false,${option}`,
      grey,
      { further: { 'asset:f': dot(16, 48) } },
    );
    const [bx, by] = brightest(image);
    expect(Math.abs(bx - (x as number))).toBeLessThan(0.6);
    expect(Math.abs(by - (y as number))).toBeLessThan(0.6);
  });

  it('previews as halvings side by side, from afar, and as the bands alone', async () => {
    const further = { 'asset:f': photo(9) };
    const strip = (await run('hybrid,far=asset:f,preview=pyramid', photo(6), { further })).image;
    expect([strip.width, strip.height]).toEqual([64 + 32 + 16 + 8 + 4, 64]);
    expect(pixelAt(strip, 70, 0)).toEqual([255, 255, 255, 255]);
    const plain = (await run('hybrid,far=asset:f', photo(6), { further })).image;
    expect(pixelAt(strip, 20, 20)).toEqual(pixelAt(plain, 20, 20));
    const afar = (
      await run('hybrid,far=asset:f,preview=distance,distance=64', photo(6), { further })
    ).image;
    expect([afar.width, afar.height]).toEqual([64, 64]);
    expect(pixelAt(afar, 0, 0)).toEqual(pixelAt(afar, 63, 63));
    const high = (
      await run(
        'hybrid,far=asset:f,preview=high',
        paint({ width: 64, height: 64 }, () => [9, 200, 70]),
        { further },
      )
    ).image;
    for (const [x, y] of [
      [0, 0],
      [30, 40],
    ] as const) {
      for (const v of pixelAt(high, x, y).slice(0, 3))
        expect(Math.abs(v - 128)).toBeLessThanOrEqual(1);
    }
    const low = (
      await run('hybrid,far=asset:f,preview=low,headroom=false', photo(6), {
        further: { 'asset:f': paint({ width: 64, height: 64 }, () => [9, 200, 70]) },
      })
    ).image;
    expect(pixelAt(low, 31, 31)).toEqual([9, 200, 70, 255]);
  });

  it('keeps the transparency of the near picture', async () => {
    const near = paint({ width: 32, height: 32 }, (x) => [200, 100, 50, x < 16 ? 255 : 64]);
    const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': photo(4) } });
    expect([pixelAt(image, 2, 2)[3], pixelAt(image, 30, 2)[3]]).toEqual([255, 64]);
  });
});
