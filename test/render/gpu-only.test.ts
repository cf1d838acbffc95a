// Plans with steps that run only on the GPU backend, and parameters that name several images.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { admit } from '../../src/cost/admit.ts';
import type { Limits } from '../../src/cost/estimate.ts';
import type { Place } from '../../src/cost/place.ts';
import { defineEffect } from '../../src/effects/effect.ts';
import { effects as declared } from '../../src/effects/index.ts';
import type { JobPort } from '../../src/effects/job-port.ts';
import { imagesParam } from '../../src/effects/params.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import { furtherImages, isGpuOnly, modelsOf } from '../../src/plan/plan.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { paint, pixelAt } from '../helpers/files/pictures.ts';
import { kernels } from '../helpers/pixel-kernels.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { fakeCodecs, header } from '../helpers/services/fake-codecs.ts';
import { refusal } from '../sources/parsing.ts';

// Shows the picture that `pick` names; on the GPU backend only if `gpuOnly` is given.
const choose = defineEffect({
  name: 'choose',
  summary: 'Answers one of its further images.',
  examples: [],
  params: {
    from: imagesParam(3),
    pick: z.int().min(0).max(2).default(0),
    gpuOnly: z.boolean().default(false),
  },
  further: { params: ['from'], shrink: () => 8 },
  needs: {
    gpuOnly: ({ gpuOnly }) => gpuOnly,
    models: ({ gpuOnly, pick }) => (gpuOnly ? [`model-${pick}`, 'model-of-all'] : []),
  },
  cost: () => ({ work: {}, bytes: 0 }),
  run: ({ inputs, params, reports, job }) => ({
    picture: inputs.from[params.pick] as (typeof inputs.from)[number],
    ...(reports && { report: { device: job?.engine.device.name ?? 'none' } }),
  }),
});
const effects = [...declared, choose];
const parse = (text: string) => parsePlan(text.split('/'), effects);

const limits: Limits = {
  maxSourcePixels: 1e8,
  maxResultPixels: 4e6,
  edgeBudgetMs: 600,
  edgeMemoryBytes: 72 * 2 ** 20,
  edgeHeapBytes: 2 ** 30,
};
const ports = {
  gate: { enter: async () => () => {}, check: () => {} },
  now: () => 0,
  pause: async () => {},
  kernels,
};
const decide = (text: string, places: readonly Place[], size = 256) => {
  const plan = parse(text);
  const files = [0, ...furtherImages(plan).keys()].map(() => ({
    header: header(size, size),
    byteLength: 1000,
    converted: 'no' as const,
  }));
  return admit(plan, files, {
    codecs: fakeCodecs,
    limits,
    choose: () => [{ format: 'webp', lossless: false }],
    places,
  });
};

describe('a parameter that names several images', () => {
  it('lists each image once, in order, under the first parameter that names it', () => {
    const plan = parse('choose,from=asset:b~asset:a~asset:b/hybrid,far=asset:c/hybrid,far=asset:a');
    expect([...furtherImages(plan)]).toEqual([
      ['asset:b', 'from'],
      ['asset:a', 'from'],
      ['asset:c', 'far'],
    ]);
  });

  it('is refused if it names none or too many, or if the parameter takes only one', () => {
    for (const from of ['asset:a~', '~asset:a', 'asset:a~~asset:b', 'asset:a~b~c~d']) {
      expect(refusal(() => parse(`choose,from=${from}`)).message).toMatch(
        /^from: expected 1 to 3 sources joined by ~, each asset:<name> or b64:/,
      );
    }
    expect(refusal(() => parse('hybrid,far=asset:a~asset:b')).param).toBe('far');
  });

  it('is written with canonical names, which stay distinct whatever they contain', () => {
    const name = fc.string({ unit: fc.constantFrom('~', 'a', '%', ',', '/', '='), minLength: 1 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 2 }), ([one, other]) => {
        const plan = parse('choose,from=asset:x~asset:y');
        const text = formatPlan(
          plan,
          new Map([
            ['asset:x', one as string],
            ['asset:y', other as string],
          ]),
        );
        const escaped = [one, other].map((n) => (n as string).replaceAll('~', '%7E'));
        expect(parse(text).steps[0]?.params.from).toBe(escaped.join('~'));
      }),
    );
  });

  it('accepts an upload', () => {
    const plan = parsePlan(['choose'], effects, new Map([['from', 'upload:from']]));
    expect([...furtherImages(plan).keys()]).toEqual(['upload:from']);
    const mixed = parsePlan(
      ['choose,from=upload:a~asset:b'],
      effects,
      new Map([['a', 'upload:a']]),
    );
    expect([...furtherImages(mixed).keys()]).toEqual(['upload:a', 'asset:b']);
  });

  it('gives the effect its pictures in order, even one that is named twice', async () => {
    const codecs = await loadCodecs();
    const encode = (level: number) =>
      codecs.png.encode(
        paint({ width: 2, height: 2 }, () => [level, level, level]),
        { quality: 85 },
      );
    const [main, a, b] = await Promise.all([encode(1), encode(20), encode(30)]);
    const shown = async (segments: string): Promise<number> => {
      const renderer = createRenderer({ ...ports, codecs, limits, places: ['edge'] });
      const further = new Map([
        ['asset:a', a as Uint8Array],
        ['asset:b', b as Uint8Array],
      ]);
      const blobs = { main: main as Uint8Array, further };
      const { blob } = await renderer.render(
        await renderer.place({
          plan: parse(segments),
          blobs,
          choose: () => [{ format: 'png', lossless: true }],
        }),
      );
      return pixelAt(await codecs.png.decode(blob), 0, 0)[0] as number;
    };
    const from = 'choose,from=asset:b~asset:a~asset:b';
    expect([
      await shown(from),
      await shown(`${from},pick=1`),
      await shown(`${from},pick=2`),
    ]).toEqual([30, 20, 30]);
  });

  it('lets decoders shrink every image that it names', () => {
    const { shrinks } = decide('choose,from=asset:a~asset:b', ['gpu'], 1000).estimate;
    expect(shrinks).toEqual([1, 4, 4]);
  });
});

describe('a step that needs a GPU backend', () => {
  const gpuOnly = 'choose,from=asset:a,gpuOnly=true';

  it('runs there however small it is, and at the edge if its parameters do not need a GPU', () => {
    expect(decide(gpuOnly, ['edge', 'gpu']).place).toBe('gpu');
    expect(decide(`w=8/${gpuOnly}/w=4`, ['edge', 'gpu']).place).toBe('gpu');
    expect(decide('choose,from=asset:a', ['edge', 'gpu']).place).toBe('edge');
    expect(decide(gpuOnly, ['gpu']).place).toBe('gpu');
  });

  it('is refused as retryable if there is none', () => {
    const error = refusal(() => decide(gpuOnly, ['edge']));
    expect([error.code, error.retryable, error.retryAfter]).toEqual([
      'backend_unavailable',
      true,
      60,
    ]);
    expect(error.message).toMatch(/^choose: expected a GPU backend/);
  });

  it('is the only one of its kind in a plan', () => {
    const error = refusal(() => parse(`${gpuOnly}/w=9/${gpuOnly}`));
    expect([error.code, error.message]).toEqual([
      'bad_option',
      'choose: expected one step in a plan that needs a GPU backend, got 2 (choose, choose)',
    ]);
    expect(parse(`${gpuOnly}/choose,from=asset:a`).steps.filter(isGpuOnly).length).toBe(1);
  });

  it('names its models, each once', () => {
    expect(modelsOf(parse('w=9/pixelate'))).toEqual([]);
    expect(modelsOf(parse(`w=9/${gpuOnly},pick=2/choose,from=asset:a`))).toEqual([
      'model-2',
      'model-of-all',
    ]);
  });

  it('obeys the limits of pixels', () => {
    expect(refusal(() => decide(gpuOnly, ['gpu'], 20_000)).code).toBe('too_many_pixels');
    expect(refusal(() => decide(`w=4000,h=4000,fit=squeeze/${gpuOnly}`, ['gpu'])).code).toBe(
      'too_many_pixels',
    );
  });
});

describe('the GPU backend', () => {
  const hybrid = 'hybrid,far=asset:a,mode=reference';

  it('runs plans over the budget, with as many automatic steps as the effect can use', () => {
    expect(decide(hybrid, ['gpu']).autos).toEqual([{ param: 'steps', value: 200 }]);
    expect(decide(`${hybrid},steps=5000`, ['edge', 'gpu'])).toMatchObject({ place: 'gpu' });
    const big = decide(hybrid, ['edge', 'gpu'], 1900);
    expect([big.place, big.autos[0]?.value]).toEqual(['gpu', 200]);
    const { place, autos } = decide(hybrid, ['edge', 'gpu']);
    expect(place).toBe('edge');
    expect(autos[0]?.value).toBeLessThan(200);
  });

  it('reports numbers for every output format, and GPU-only steps get their device', async () => {
    const codecs = await loadCodecs();
    const main = await codecs.png.encode(
      paint({ width: 4, height: 3 }, () => [9, 9, 9]),
      { quality: 85 },
    );
    const engine = { device: { kind: 'cpu', name: 'a device' } };
    const job = { engine, throwIfCanceled: () => {} } as unknown as JobPort;
    const renderer = createRenderer({
      ...ports,
      codecs,
      limits: { ...limits, edgeBudgetMs: 1, edgeMemoryBytes: 1 },
      places: ['gpu'],
      job,
    });
    const rendered = async (f: string) =>
      renderer.render(
        await renderer.place({
          plan: parse(`choose,from=asset:a,gpuOnly=true/f=${f}`),
          blobs: { main, further: new Map([['asset:a', main]]) },
          choose: () => [{ format: 'png', lossless: true }],
        }),
      );
    const picture = await rendered('png');
    expect(picture.timings.steps[0]?.report).toEqual({ device: 'a device' });
    const { blob } = await rendered('json');
    const numbers = JSON.parse(new TextDecoder().decode(blob));
    expect(numbers.steps).toEqual([{ name: 'choose', device: 'a device' }]);
    expect(numbers).not.toHaveProperty('cost');
  });
});

describe('pending=preview', () => {
  it('may be given once, and is not part of the canonical plan', () => {
    expect(parse('w=9,pending=preview/pixelate').output.pending).toBe('preview');
    expect(parse('w=9').output).not.toHaveProperty('pending');
    expect(formatPlan(parse('w=9,pending=preview/f=png'))).toBe(formatPlan(parse('w=9/f=png')));
    expect(refusal(() => parse('pending=never')).message).toBe(
      'pending: expected preview, got "never"',
    );
    expect(refusal(() => parse('pending=preview/pending=preview')).code).toBe('bad_option');
  });
});
