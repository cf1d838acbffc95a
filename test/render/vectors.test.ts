// Further images of which only vectors are used: when they are opened, decoded and counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/cost/estimate.ts';
import { priceOf } from '../../src/cost/rates.ts';
import type { ParamSchemas, Vectors } from '../../src/effects/effect.ts';
import { effects as declared } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { furtherImages, modelsOf, pixelImages } from '../../src/plan/plan.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { createVectorMemory } from '../../src/render/vector-tiers.ts';
import type { VectorStore } from '../../src/render/vectors.ts';
import { paint, pixelAt } from '../helpers/files/pictures.ts';
import { kernels } from '../helpers/pixel-kernels.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { countingCodecs } from '../helpers/services/in-memory-service.ts';
import {
  createTint,
  MEAN_MODEL,
  TINT_MODEL,
  type TintWatch,
} from '../helpers/services/tint-effect.ts';

const limits: Limits = {
  maxSourcePixels: 1_000_000,
  maxResultPixels: 250_000,
  edgeBudgetMs: 1000,
  edgeMemoryBytes: 112 * 2 ** 20,
  edgeHeapBytes: 2 ** 30,
};
const codecs = await loadCodecs();
const flat = (level: number, size = 8) =>
  codecs.png.encode(
    paint({ width: size, height: size }, () => [level, level, level]),
    { quality: 85 },
  );
const main = await flat(1, 4);

/** A renderer with a store of vectors, and records of its work. */
function createPlace(
  vectors: VectorStore = createVectorMemory(),
  more: Partial<Vectors<ParamSchemas>> = {},
) {
  const watch: TintWatch = { made: [], models: [] };
  const effects = [...declared.filter(({ name }) => name !== 'style'), createTint(watch, more)];
  const counting = countingCodecs(codecs);
  const logged: Record<string, unknown>[] = [];
  const events: string[] = [];
  const asked: string[] = [];
  const kept: Promise<void>[] = [];
  const renderer = createRenderer({
    places: ['edge'],
    codecs: counting.codecs,
    limits,
    vectors,
    now: () => performance.now(),
    pause: async () => {},
    kernels,
    gate: { enter: async () => () => {}, check: () => {} },
    models: {
      async model(name) {
        asked.push(name);
        return new Map();
      },
      check: async () => {},
    },
    log: (entry) => logged.push(entry),
    tensors: {
      prepare: async () => void events.push(`prepared before ${watch.made.length + 1}`),
      failed: () => void events.push('failed'),
    },
  });
  const parse = (text: string) => parsePlan(text.split('/'), effects);
  const place = (text: string, further: Record<string, Uint8Array>) => {
    const blobs = { main, further: new Map(Object.entries(further)) };
    return renderer.place({
      plan: parse(text),
      blobs,
      choose: () => [{ format: 'png', lossless: true }],
    });
  };
  return {
    watch,
    logged,
    events,
    asked,
    counts: counting.counts,
    async render(text: string, further: Record<string, Uint8Array>) {
      const placed = await place(text, further);
      const rendered = await renderer.render(placed, {
        background: (work) => void kept.push(work),
      });
      await Promise.all(kept);
      return { ...rendered, level: pixelAt(await codecs.png.decode(rendered.blob), 0, 0)[0] };
    },
    place,
    parse,
  };
}

describe('an image that is used through its vector', () => {
  it('is decoded once, as small as allowed; then its vector is stored under its bytes', async () => {
    const place = createPlace();
    const first = await place.render('style,from=asset:a', { 'asset:a': await flat(70, 64) });
    expect([first.level, place.counts.decoded]).toEqual([70, 2]);
    expect(place.watch.made).toEqual([{ width: 4, height: 4 }]);
    expect(first.timings.vectors).toMatchObject({ known: 0, made: 1 });
    const again = await place.render('w=3/style,from=asset:b', { 'asset:b': await flat(70, 64) });
    expect([again.level, place.counts.decoded]).toEqual([70, 3]);
    expect(place.watch.made).toHaveLength(1);
    expect(again.timings.vectors).toMatchObject({ known: 1, made: 0, making: expect.any(Number) });
  });

  it('is not opened if its vector is stored', async () => {
    const known: VectorStore = { get: async () => Float32Array.of(9, 9, 9), put: async () => {} };
    const nothing = { 'asset:a': new TextEncoder().encode('no picture at all') };
    expect((await createPlace(known).render('style,from=asset:a', nothing)).level).toBe(9);
    const refused = createPlace().render('style,from=asset:a', nothing);
    await expect(refused).rejects.toMatchObject({ code: 'not_an_image' });
  });

  it('is still decoded if another step needs its pixels', async () => {
    const place = createPlace();
    const plan = 'style,from=asset:a/style,from=asset:a~asset:b,pick=1,how=pixels';
    const files = { 'asset:a': await flat(70), 'asset:b': await flat(80) };
    expect((await place.render(plan, files)).level).toBe(80);
    expect(place.counts.decoded).toBe(4);
    expect(pixelImages(place.parse(plan))).toEqual(['asset:a', 'asset:b']);
    expect([...furtherImages(place.parse(plan)).keys()]).toEqual(['asset:a', 'asset:b']);
    expect(pixelImages(place.parse('style,from=asset:a'))).toEqual([]);
  });

  it('has the same vector at any position and however often it is named', async () => {
    const files = {
      'asset:a': await flat(70),
      'asset:b': await flat(80),
      'asset:c': await flat(90),
    };
    const levels: Record<string, number> = { a: 70, b: 80, c: 90 };
    const place = createPlace();
    const names = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(names, fc.nat(2), async (from, at) => {
        const pick = at % from.length;
        const text = `style,pick=${pick},from=${from.map((name) => `asset:${name}`).join('~')}`;
        expect((await place.render(text, files)).level).toBe(levels[from[pick] as string]);
      }),
      { numRuns: 30 },
    );
    expect(place.watch.made).toHaveLength(3);
  });

  it('is decoded again for an effect that makes other vectors', async () => {
    const store = createVectorMemory();
    const files = { 'asset:a': await flat(70) };
    await createPlace(store).render('style,from=asset:a', files);
    const newer = createPlace(store, { name: 'mean-2' });
    await newer.render('style,from=asset:a', files);
    expect(newer.watch.made).toHaveLength(1);
  });

  it('has the tensor backend prepared before, and told if making the vector fails', async () => {
    const place = createPlace();
    const files = { 'asset:a': await flat(70), 'asset:b': await flat(80) };
    await place.render('style,from=asset:a~asset:b', files);
    expect(place.events).toEqual(['prepared before 1', 'prepared before 2']);
    const failing = async (error: Error) => {
      const broken = createPlace(createVectorMemory(), { of: () => Promise.reject(error) });
      await expect(broken.render('style,from=asset:a', files)).rejects.toBe(error);
      return broken.events;
    };
    expect(await failing(new Error('a kernel failed'))).toEqual(['prepared before 1', 'failed']);
    expect(await failing(new AppError('model_missing', 'no'))).toEqual(['prepared before 1']);
  });
});

describe('the estimate', () => {
  it('counts vectors that must be made, but not stored ones', async () => {
    const place = createPlace();
    const files = { 'asset:a': await flat(70, 100), 'asset:b': await flat(80, 100) };
    const plan = 'style,from=asset:a~asset:b,size=16';
    const before = (await place.place(plan, files)).estimate;
    expect(before.stages.vectors).toMatchObject({
      'style.predictions': 2,
      'png.decode.pixels': expect.any(Number),
    });
    expect(before.heap).toBe(5 * 2 ** 20);
    await place.render('style,from=asset:a', files);
    const between = (await place.place(plan, files)).estimate;
    expect(between.stages.vectors).toMatchObject({ 'style.predictions': 1 });
    await place.render('style,from=asset:b', files);
    const after = (await place.place(plan, files)).estimate;
    expect([after.stages.vectors, after.heap]).toEqual([{}, 0]);
    expect(before.ms - after.ms).toBeCloseTo(priceOf(before.stages.vectors), 6);
    expect(after.bytes).toBeLessThan(before.bytes);
  });

  it('applies the limits of sources to their images, and does not count them for encoding', async () => {
    const place = createPlace();
    const huge = { 'asset:a': await flat(70, 1001) };
    await expect(place.place('style,from=asset:a', huge)).rejects.toMatchObject({
      code: 'too_many_pixels',
    });
    const files = { 'asset:a': await flat(70, 100) };
    const { shrinks } = (await place.place('style,from=asset:a', files)).estimate;
    expect(shrinks).toEqual([1]);
  });
});

const files = { 'asset:a': await flat(70) };

describe('a store of vectors', () => {
  it.each<[string, VectorStore]>([
    [
      'throws',
      { get: () => Promise.reject(new Error('out')), put: () => Promise.reject(new Error('out')) },
    ],
    [
      'throws at once',
      {
        get: () => {
          throw new Error('out');
        },
        put: () => {
          throw new Error('out');
        },
      },
    ],
  ])('that %s causes a line in the log, but fails no request', async (_, store) => {
    const place = createPlace(store);
    expect((await place.render('style,from=asset:a', files)).level).toBe(70);
    const line = { event: 'vector_store_failed', message: 'Error: out' };
    expect(place.logged).toEqual([line, line]);
  });

  it('is not waited for if it does not answer', async () => {
    const place = createPlace({ get: () => new Promise(() => {}), put: async () => {} });
    const began = performance.now();
    expect((await place.render('style,from=asset:a', files)).level).toBe(70);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('is asked for all vectors at once', async () => {
    let waiting = 0;
    let most = 0;
    const place = createPlace({
      async get() {
        most = Math.max(most, ++waiting);
        await new Promise((resolve) => setTimeout(resolve, 5));
        waiting--;
        return Float32Array.of(5, 5, 5);
      },
      put: async () => {},
    });
    await place.render('style,from=asset:a~asset:b', { ...files, 'asset:b': await flat(80) });
    expect(most).toBe(2);
  });
});

describe('the models of a plan', () => {
  it('include those of its vectors if it uses them, and are loaded only when used', async () => {
    const place = createPlace();
    expect(modelsOf(place.parse('style,from=asset:a'))).toEqual([TINT_MODEL, MEAN_MODEL]);
    expect(modelsOf(place.parse('style,from=asset:a,how=pixels'))).toEqual([]);
    const files = { 'asset:a': await flat(70) };
    await place.render('style,from=asset:a', files);
    await place.render('w=2/style,from=asset:a', files);
    expect(place.asked).toEqual([MEAN_MODEL, TINT_MODEL, TINT_MODEL]);
  });
});
