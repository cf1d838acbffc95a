// The step `style` with the engine vgg19, with a stand-in for the optimisation, which has its own test.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { admit } from '../../../src/cost/admit.ts';
import { effects } from '../../../src/effects/index.ts';
import type { JobPort } from '../../../src/effects/job-port.ts';
import { optimizeStyle, type Planes } from '../../../src/effects/style/optimise/optimise.ts';
import type { Image } from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { furtherImages, isGpuOnly, modelsOf } from '../../../src/plan/plan.ts';
import { runPlan } from '../../../src/render/run.ts';
import { srgbToLinear } from '../../../src/srgb.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { fakeCodecs, header } from '../../helpers/services/fake-codecs.ts';

vi.mock(import('../../../src/effects/style/optimise/optimise.ts'), async (importOriginal) => ({
  ...(await importOriginal()),
  optimizeStyle: vi.fn(),
}));

const optimise = vi.mocked(optimizeStyle);
const previews: Image[] = [];
const job = {
  preview: async (image: Image) => void previews.push(image),
  throwIfCanceled: () => {},
} as unknown as JobPort;

const asIs = async (picture: Planes) => ({ picture, report: { steps: 7 } });
const inverted = async ({ width, height, data }: Planes) => ({
  picture: { width, height, data: data.map((v) => 1 - v) },
  report: {},
});

beforeEach(() => {
  previews.length = 0;
  optimise.mockReset().mockImplementation(asIs);
});

const colourful = (width: number, height: number): Image =>
  paint({ width, height }, (x, y) => [(x * 255) / width, (y * 255) / height, 128 + ((x + y) % 2)]);
const painting = colourful(64, 32);

async function styled(options: string, image: Image, styles: Record<string, Image> = {}) {
  const further = new Map(Object.entries({ 'asset:a': painting, ...styles }));
  const plan = parsePlan([`style,engine=vgg19,${options}`], effects);
  const result = await runPlan(
    plan,
    { image, further, reports: true },
    { now: () => 0, pause: async () => {}, kernels, job },
  );
  const [content, sources, settings] = optimise.mock.lastCall as Parameters<typeof optimizeStyle>;
  return { ...result, content, sources, settings, report: result.steps[0]?.report ?? {} };
}

const sizeOf = ({ width, height }: Planes) => [width, height];

describe('style', () => {
  it('passes on the picture at most as large as asked, and styles to scale, without enlarging anything', async () => {
    const image = colourful(120, 60);
    const styles = { 'asset:b': colourful(40, 200) };
    const asked = await styled('style=asset:a~asset:b,size=50,styleScale=2', image, styles);
    expect(sizeOf(asked.content)).toEqual([50, 25]);
    expect(asked.sources.map(({ picture }) => sizeOf(picture))).toEqual([
      [64, 32],
      [20, 100],
    ]);
    const auto = await styled('style=asset:a~asset:b', image, styles);
    expect(sizeOf(auto.content)).toEqual([120, 60]);
    expect(sizeOf(auto.sources[1]!.picture)).toEqual([24, 120]);
  });

  it('passes on sRGB-coded planes', async () => {
    const { content } = await styled(
      'style=asset:a',
      paint({ width: 2, height: 1 }, (x) => [51, 102, 255 * x]),
    );
    const expected = [0.2, 0.2, 0.4, 0.4, 0, 1];
    expect(content.data.length).toBe(6);
    for (const [i, v] of content.data.entries()) expect(v).toBeCloseTo(expected[i] as number, 4);
  });

  it('gives styles equal or the asked weights, which add up to one', async () => {
    const shares = async (options: string) =>
      (await styled(options, painting)).sources.map(({ weight }) => weight);
    expect(await shares('style=asset:a')).toEqual([1]);
    expect(await shares('style=asset:a~asset:a')).toEqual([0.5, 0.5]);
    expect(await shares('style=asset:a~asset:a~asset:a,styleWeights=3~0~1')).toEqual([
      0.75, 0, 0.25,
    ]);
  });

  it('passes on the given parameters only, lists as arrays', async () => {
    const { settings } = await styled('style=asset:a', painting);
    expect(settings).toEqual({
      recipe: 'pyramid',
      weights: 'full',
      size: 'auto',
      seed: 0,
      init: 'content',
      styleScale: 1,
      strength: 1,
    });
    const given = await styled(
      'style=asset:a,contentLayers=relu4_2,styleLayers=relu1_1~relu2_1,steps=9,seconds=1.5,optimizer=lbfgs,contentWeight=0,styleWeight=2.5,tvWeight=0.1',
      painting,
    );
    expect(given.settings).toMatchObject({
      contentLayers: ['relu4_2'],
      styleLayers: ['relu1_1', 'relu2_1'],
      steps: 9,
      seconds: 1.5,
      optimizer: 'lbfgs',
      contentWeight: 0,
      styleWeight: 2.5,
      tvWeight: 0.1,
    });
  });

  it.each([
    [1, 1],
    [1, 50],
    [37, 23],
    [90, 41],
  ])('answers a picture of the size that came in: %i×%i', async (width, height) => {
    const image = colourful(width, height);
    for (const options of ['size=32', 'size=auto,color=content']) {
      const { image: result } = await styled(`style=asset:a,${options}`, image);
      expect([result.width, result.height]).toEqual([width, height]);
    }
    expect(maxDifference((await styled('style=asset:a', image)).image, image)).toBeLessThanOrEqual(
      1,
    );
  });

  it('enlarges a smaller result without shifting it', async () => {
    const image = paint({ width: 128, height: 64 }, (x, y) => [
      128 + 100 * Math.sin(x / 20),
      128 + 100 * Math.cos(y / 15),
      90,
    ]);
    const { image: result, content } = await styled('style=asset:a,size=64', image);
    expect(sizeOf(content)).toEqual([64, 32]);
    expect(maxDifference(result, image)).toBeLessThanOrEqual(6);
  });

  it('keeps opacity, and gives the optimisation the mean visible colour for clear parts', async () => {
    const image = paint({ width: 4, height: 4 }, (x) => (x < 2 ? [200, 100, 50] : [0, 255, 0, 0]));
    const { content, image: result } = await styled('style=asset:a', image);
    for (let p = 0; p < 16; p++) {
      expect(content.data[p]).toBeCloseTo(200 / 255, 3);
      expect(content.data[16 + p]).toBeCloseTo(100 / 255, 3);
    }
    expect(pixelAt(result, 0, 0)).toEqual([200, 100, 50, 255]);
    expect(pixelAt(result, 3, 0)[3]).toBe(0);
    const clear = paint({ width: 2, height: 2 }, () => [0, 0, 0, 0]);
    expect([...(await styled('style=asset:a', clear)).content.data]).toEqual(Array(12).fill(1));
  });

  it('with color=content changes the lightness alone, as far as sRGB has the colour', async () => {
    optimise.mockImplementation(inverted);
    const image = paint({ width: 8, height: 8 }, (x, y) => [110 + 4 * x, 120, 110 + 4 * y]);
    const { image: result } = await styled('style=asset:a,color=content', image);
    const { image: plain } = await styled('style=asset:a', image);
    const oklab = (from: Image, x: number, y: number) => {
      const out = new Float64Array(3);
      const [r, g, b] = pixelAt(from, x, y).map((v) => srgbToLinear(v / 255));
      doubledOklab(r as number, g as number, b as number, out);
      return out;
    };
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const [got, lightness, colour] = [result, plain, image].map((from) => oklab(from, x, y));
        expect(Math.abs(got![0]! - lightness![0]!)).toBeLessThan(0.006);
        expect(Math.abs(got![1]! - colour![1]!)).toBeLessThan(0.02);
        expect(Math.abs(got![2]! - colour![2]!)).toBeLessThan(0.02);
      }
    }
  });

  it('with color=content keeps the lightness even if sRGB has too little chroma', async () => {
    optimise.mockImplementation(inverted);
    const image = paint({ width: 2, height: 1 }, (x) => (x ? [255, 255, 0] : [0, 0, 255]));
    const { image: result } = await styled('style=asset:a,color=content', image);
    // The negative of yellow is dark blue, that of blue is light yellow.
    const luma = (x: number) =>
      pixelAt(result, x, 0).reduce((sum, v, c) => sum + (c < 3 ? v : 0), 0);
    expect(luma(0)).toBeGreaterThan(2 * luma(1));
    expect(pixelAt(result, 0, 0)[2]).toBeGreaterThan(pixelAt(result, 0, 0)[0]!);
    expect(pixelAt(result, 1, 0)[0]).toBeGreaterThan(pixelAt(result, 1, 0)[2]!);
  });

  it('finishes previews like the result', async () => {
    const image = paint({ width: 40, height: 20 }, (x) => [90, 160, 60, x < 20 ? 0 : 255]);
    const grey = paint({ width: 10, height: 5 }, () => [128, 128, 128]);
    optimise.mockImplementation(async (picture, _styles, _settings, { preview }) => {
      await preview(grey);
      return { picture, report: {} };
    });
    await styled('style=asset:a,color=content', image);
    const [shown] = previews as [Image];
    expect([shown.width, shown.height]).toEqual([10, 5]);
    const [r, g, b, a] = pixelAt(shown, 9, 2) as [number, number, number, number];
    expect([g > r && r > b, a]).toEqual([true, 255]);
    expect(pixelAt(shown, 0, 2)[3]).toBe(0);
  });

  it('reports the numbers of the optimisation, and the energy of edges as the step edges measures it', async () => {
    const { report, image } = await styled('style=asset:a', painting);
    const energy = async (kernel: string) =>
      (await run(`edges,kernel=${kernel}`, image)).report.energy as number;
    expect(report).toEqual({
      steps: 7,
      edges: { sobel: await energy('sobel'), difference: await energy('difference') },
    });
    expect((report.edges as { sobel: number }).sobel).toBeGreaterThan(0);
  });

  it('needs the network that `weights` chooses', () => {
    const models = (options: string) =>
      modelsOf(parsePlan([`style,engine=vgg19,style=asset:a${options}`], effects));
    expect(models('')).toEqual(['vgg19']);
    expect(models(',weights=small')).toEqual(['vgg19-small']);
  });

  it('with engine=slim optimises by the network that the project brings along, with all other parameters', async () => {
    const text = 'style,engine=slim,style=asset:a,recipe=classic,steps=3,seed=4';
    const plan = parsePlan([text], effects);
    expect(modelsOf(plan)).toEqual(['slim']);
    expect(isGpuOnly(plan.steps[0]!)).toBe(true);
    const further = new Map([['asset:a', painting]]);
    const ports = { now: () => 0, pause: async () => {}, kernels, job };
    await runPlan(plan, { image: painting, further, reports: false }, ports);
    expect(optimise.mock.lastCall?.[2]).toMatchObject({
      weights: 'slim',
      recipe: 'classic',
      steps: 3,
      seed: 4,
    });
  });

  it('does without VGG19 only if neither its weights nor its deepest layers were asked for', () => {
    const instead = (options: string) => {
      const [step] = parsePlan([`style,style=asset:a,${options}`], effects).steps;
      return step!.effect.needs.withoutModel?.(step!.params);
    };
    expect(instead('engine=vgg19,seed=3')).toMatchObject({ engine: 'slim', seed: 3 });
    for (const options of [
      'engine=vgg19,weights=full',
      'engine=vgg19,weights=small',
      'engine=vgg19,styleLayers=relu5_2',
      'engine=slim',
      'engine=fast',
    ]) {
      expect([options, instead(options)]).toEqual([options, undefined]);
    }
  });

  it('counts more memory for a larger size, and for the larger network', () => {
    const bytes = (options: string, side = 1000) => {
      const [step] = parsePlan([`style,engine=vgg19,style=asset:a,${options}`], effects).steps;
      const size = { width: side, height: side };
      return step!.effect.cost(size, step!.params, { shrink: 1 }).bytes;
    };
    const sizes = [64, 512, 1000, 2048].map((size) => bytes(`size=${size}`));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(bytes('size=auto', 100)).toBe(bytes('size=100', 100));
    expect(bytes('weights=small')).toBeLessThan(bytes('weights=full'));
  });

  it('runs on the GPU backend in every documented example, whatever the limits of the edge', () => {
    const style = effects.find(({ name }) => name === 'style')!;
    const examples = style.examples.filter(({ plan }) => plan.includes('engine=vgg19'));
    expect(examples.length).toBeGreaterThan(2);
    for (const { plan: text } of examples) {
      const plan = parsePlan(text.split('/'), effects);
      const files = [0, ...furtherImages(plan).keys()].map(() => ({
        header: header(640, 480),
        byteLength: 50_000,
        converted: 'no' as const,
      }));
      const limits = {
        maxSourcePixels: 1e8,
        maxResultPixels: 4e6,
        edgeBudgetMs: 1e6,
        edgeMemoryBytes: 1e12,
        edgeHeapBytes: 1e12,
      };
      const context = {
        codecs: fakeCodecs,
        limits,
        choose: () => [{ format: 'webp' as const, lossless: false }],
      };
      expect(admit(plan, files, { ...context, places: ['edge', 'gpu'] }).place).toBe('gpu');
    }
  });
});
