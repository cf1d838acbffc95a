import { describe, expect, it } from 'vitest';
import { optimizeStyle, type Planes } from '../../../../src/effects/style/optimise/optimise.ts';
import { AppError } from '../../../../src/errors.ts';
import { resizePlanes } from '../../../../src/fit/planes.ts';
import { uniformValues } from '../../../../src/fit/random.ts';
import { seededSlim } from '../../../helpers/nets/seeded-vgg19.ts';
import { fakeJobPort } from '../../../helpers/services/fake-job-port.ts';
import {
  content,
  defaults,
  expectResumes,
  few,
  largest,
  psnr,
  shallow,
  style,
  stylize,
  weights,
} from './stylise.ts';

describe('a stylised picture', () => {
  it.each([
    ['pyramid', 'adam', 'noise'],
    ['classic', 'adam', 'content'],
    ['pyramid', 'lbfgs', 'gray'],
  ] as const)('is the same bytes again: %s, %s, from %s', async (recipe, optimizer, init) => {
    const settings = { recipe, optimizer, init, ...few };
    const [first, second] = [await stylize({ settings }), await stylize({ settings })];
    expect(second.picture).toEqual(first.picture);
    expect(largest(first.picture.data, content.data)).toBeGreaterThan(0.01);
  });

  it('depends on the seed if it starts from noise', async () => {
    const settings = { ...few, init: 'noise' as const };
    const first = await stylize({ settings });
    const second = await stylize({ settings: { ...settings, seed: 1 } });
    expect(largest(first.picture.data, second.picture.data)).toBeGreaterThan(0.1);
  });

  it('with two equal styles equals the one with a single style', async () => {
    for (const recipe of ['pyramid', 'basic'] as const) {
      const settings = { recipe, ...few };
      const one = await stylize({ settings });
      const two = await stylize({
        settings,
        styles: [
          { picture: style, weight: 0.6 },
          { picture: style, weight: 1.4 },
        ],
      });
      expect(largest(two.picture.data, one.picture.data)).toBeLessThan(1e-3);
    }
  });

  it('without style weight is the content', async () => {
    const settings = { recipe: 'classic' as const, styleWeight: 0, tvWeight: 0, steps: 20 };
    const { picture } = await stylize({ settings });
    expect(psnr(picture.data, content.data)).toBeGreaterThan(40);
  });

  it('with less strength is nearer to the content', async () => {
    const of = async (strength: number): Promise<number> => {
      const { picture } = await stylize({
        settings: { ...shallow, strength, steps: 20, recipe: 'basic' },
      });
      return psnr(picture.data, content.data);
    };
    const [little, half, full] = [await of(0.1), await of(0.5), await of(1)];
    expect(little).toBeGreaterThan(half);
    expect(half).toBeGreaterThan(full);
    expect(await of(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('sizes', () => {
  it.each([
    [1, 1],
    [5, 90],
    [33, 31],
  ])('%i × %i keeps its shape', async (width, height) => {
    const size = { width, height };
    const { picture, report, seen } = await stylize({
      content: resizePlanes(content, size, { antialias: true }),
      styles: [
        { picture: resizePlanes(style, { width: 3, height: 70 }, { antialias: true }), weight: 1 },
      ],
      settings: { steps: 3 },
      job: { previewEvery: 1 },
    });
    expect(picture).toMatchObject(size);
    expect(report).toMatchObject(size);
    expect(picture.data.length).toBe(3 * width * height);
    expect(picture.data.every((v) => v >= 0 && v <= 1)).toBe(true);
    const last = seen.previews.at(-1);
    expect([last?.width, last?.height]).toEqual([width, height]);
  });

  it('asked for are the long side, up or down; auto is at most the content’s', async () => {
    const wide = resizePlanes(content, { width: 60, height: 40 }, { antialias: true });
    const reached = async (size: 'auto' | number) => {
      const { picture } = await stylize({
        content: wide,
        settings: { ...shallow, size, steps: 3 },
      });
      return [picture.width, picture.height];
    };
    expect(await reached('auto')).toEqual([60, 40]);
    expect(await reached(48)).toEqual([48, 32]);
    expect(await reached(90)).toEqual([90, 60]);
  });
});

describe('progress', () => {
  it('reports every step, its losses and the time left', async () => {
    const { seen, report } = await stylize({
      settings: { ...few, size: 192 },
      job: { secondsPerValue: 1e-5 },
    });
    expect(seen.progress.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { steps, losses } of seen.progress) {
      expect(steps).toBe(6);
      expect(Object.keys(losses)).toEqual(['total', 'content', 'style', 'tv']);
    }
    const [, , third, , , last] = seen.progress.map(({ secondsLeft }) => secondsLeft as number);
    // Two steps at 136 and two at 192 px: the first are measured, the others predicted from their operations.
    expect(third).toBeGreaterThan(2 * 3 * 192 ** 2 * 1e-5);
    expect(last).toBeLessThan(1e-6);
    expect(report).toMatchObject({
      recipe: 'pyramid',
      weights: 'vgg19-small',
      steps: 6,
      scales: [
        { width: 136, height: 136 },
        { width: 192, height: 192 },
      ],
      losses: {
        total: expect.any(Number),
        content: expect.any(Number),
        tv: expect.any(Number),
        style_relu2_1: expect.any(Number),
      },
    });
    expect(report).not.toHaveProperty('deadline');
  });

  it('ends at once if the job is canceled, and leaves no program open', async () => {
    const canceled = new AppError('internal', 'canceled');
    const job = fakeJobPort({
      weights,
      throwIfCanceled: (steps) => {
        if (steps === 3) throw canceled;
      },
    });
    const settings = { ...defaults, steps: 20 };
    const done = optimizeStyle(content, [{ picture: style, weight: 1 }], settings, job);
    await expect(done).rejects.toBe(canceled);
    expect(job.seen.progress).toHaveLength(3);
    expect(job.open()).toBe(0);
  });
});

describe('a job that was interrupted', () => {
  it('continues to the same bytes after any step of one scale', () =>
    expectResumes({ ...shallow, recipe: 'classic', steps: 8 }));

  it('starts again if the stored state belongs to something else', async () => {
    const whole = await stylize({ settings: few });
    const strange = {
      step: 3,
      notes: { stages: '[[32,32,6]]', stage: '0', step: '3' },
      tensors: { position: { shape: [3, 2, 2], data: new Float32Array(12) } },
    };
    const resumed = await stylize({ settings: few, job: { resume: strange } });
    expect(resumed.picture).toEqual(whole.picture);
  });
});

describe('a deadline', () => {
  const large: Planes = { width: 200, height: 200, data: uniformValues(3, 3 * 200 * 200) };
  const cpu = { device: { kind: 'cpu', name: 'fake' } as const };
  // One run of 128 px takes a second.
  const slow = { secondsPerValue: 1 / (3 * 128 ** 2) };

  it('is kept: size and steps fit the time', async () => {
    const { picture, report, seen } = await stylize({
      content: large,
      settings: { ...shallow, steps: 60, seconds: 40 },
      job: slow,
    });
    expect(report.seconds).toBeLessThanOrEqual(40);
    expect(report.seconds).toBeGreaterThan(24);
    expect(report).toMatchObject({ deadline: 40, deadlineHit: true, wanted: { width: 200 } });
    expect(picture.width).toBeLessThan(200);
    expect(picture.width).toBeGreaterThanOrEqual(128);
    expect(seen.progress.length).toBeGreaterThan(10);
  });

  it('leaves a recipe with one scale its size, with fewer steps', async () => {
    const { picture, report, seen } = await stylize({
      content: large,
      settings: { ...shallow, recipe: 'classic', steps: 60, seconds: 60 },
      job: slow,
    });
    expect([picture.width, picture.height]).toEqual([200, 200]);
    expect(report).toMatchObject({ deadlineHit: true, width: 200, height: 200 });
    expect(report.seconds).toBeLessThanOrEqual(60);
    expect(report.steps).toBeGreaterThan(1);
    expect(report.steps).toBeLessThan(60);
    expect(seen.progress.at(-1)?.steps).toBe(report.steps);
  });

  it('makes a choice that is told before the first step', async () => {
    for (const recipe of ['pyramid', 'classic'] as const) {
      const { picture, seen } = await stylize({
        content: large,
        settings: { ...shallow, recipe, steps: 20, seconds: 15 },
        job: slow,
      });
      const { width, height } = picture;
      expect(seen.progress[0]).toMatchObject({ step: 0, width, height });
      expect(seen.progress[0]?.steps).toBeGreaterThan(0);
    }
  });

  it('that is far away changes no byte', async () => {
    const settings = { ...few, size: 136 };
    const free = await stylize({ content: large, settings: { ...settings, seconds: 0 } });
    const far = await stylize({
      content: large,
      settings: { ...settings, seconds: 1e4 },
      job: slow,
    });
    expect(far.picture).toEqual(free.picture);
    expect(far.report).toMatchObject({ deadlineHit: false });
  });

  it('is 120 seconds without a GPU, 10 with the slim network, and none with a GPU or for 0', async () => {
    const settings = { ...shallow, steps: 1 };
    expect((await stylize({ settings, job: cpu })).report.deadline).toBe(120);
    const slim = { settings: { ...settings, weights: 'slim' as const } };
    const quick = await stylize({ ...slim, job: { ...cpu, weights: seededSlim() } });
    expect(quick.report).toMatchObject({ deadline: 10, weights: 'slim' });
    const free = await stylize({ settings: { ...settings, seconds: 0 }, job: cpu });
    expect(free.report).not.toHaveProperty('deadline');
    expect((await stylize({ settings })).report).not.toHaveProperty('deadline');
  });

  it('that has passed still gives a picture', async () => {
    const { picture } = await stylize({
      content: large,
      settings: { ...shallow, steps: 60, seconds: 0.5 },
      job: slow,
    });
    expect(picture.data.every(Number.isFinite)).toBe(true);
    expect(picture.width).toBeGreaterThanOrEqual(128);
  });
});

describe('failures', () => {
  it('of the numerics are an error, never a picture', async () => {
    const job = fakeJobPort({
      weights,
      alterResults: (results, run) =>
        run > 8 && results.total
          ? { ...results, total: { shape: [], data: Float32Array.of(Number.NaN) } }
          : results,
    });
    const done = optimizeStyle(content, [{ picture: style, weight: 1 }], defaults, job);
    await expect(done).rejects.toMatchObject({ code: 'internal', retryable: false });
    expect(job.open()).toBe(0);
  });

  it.each([
    [{ styleLayers: ['relu1_1', 'relu9_9'] }, 'styleLayers'],
    [{ contentLayers: ['relu5_4'] }, 'contentLayers'],
    [{ styleLayers: [] }, 'styleLayers'],
    [{ styleLayers: ['relu1_1', 'relu1_1'] }, 'styleLayers'],
  ])('name the parameter: %j', async (settings, param) => {
    await expect(stylize({ settings })).rejects.toMatchObject({ code: 'bad_option', param });
  });
});
