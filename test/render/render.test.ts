import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/cost/estimate.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { paint } from '../helpers/files/pictures.ts';
import { kernels } from '../helpers/pixel-kernels.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const limits: Limits = {
  maxSourcePixels: 1_000_000,
  maxResultPixels: 250_000,
  edgeBudgetMs: 1000,
  edgeMemoryBytes: 112 * 2 ** 20,
  edgeHeapBytes: 2 ** 30,
};

const ports = {
  places: ['edge'] as const,
  gate: { enter: async () => () => {}, check: () => {} },
  now: () => 0,
  kernels,
  pause: async () => {},
};

describe('a step result of another size than predicted', () => {
  it('is checked against the limits before the next step: a trimmed line may not be enlarged to a tall picture', async () => {
    const codecs = await loadCodecs();
    const line = paint({ width: 200, height: 200 }, (x) => Array(3).fill(x === 100 ? 0 : 255));
    const main = await codecs.png.encode(line, { quality: 85 });
    const renderer = createRenderer({ ...ports, codecs, limits });
    const render = async (segments: string) =>
      renderer.render(
        await renderer.place({
          plan: parsePlan(segments.split('/'), effects),
          blobs: { main, further: new Map() },
          choose: () => [{ format: 'png', lossless: true }],
        }),
      );
    await expect(render('trim=border,w=400,fit=contain')).rejects.toMatchObject({
      code: 'too_many_pixels',
    });
    expect((await render('trim=border,w=1')).size).toEqual({ width: 1, height: 200 });
  });
});

describe('placing a plan', () => {
  it('reads only headers, also for the GPU backend', async () => {
    const { png } = await loadCodecs();
    const main = await png.encode(
      paint({ width: 300, height: 200 }, (x, y) => [x, y, 0]),
      { quality: 85 },
    );
    const decode = () => Promise.reject(new Error('a pixel was asked for'));
    const place = async (segments: string, edgeBudgetMs: number) => {
      const renderer = createRenderer({
        ...ports,
        codecs: { png: { ...png, decode } },
        limits: { ...limits, edgeBudgetMs },
        places: ['edge', 'gpu'],
      });
      const plan = parsePlan(segments.split('/'), effects);
      const blobs = { main, further: new Map([['asset:a', main]]) };
      return (
        await renderer.place({ plan, blobs, choose: () => [{ format: 'png', lossless: true }] })
      ).place;
    };
    expect(await place('w=30', 1000)).toBe('edge');
    expect(await place('w=30', 1)).toBe('gpu');
    expect(await place('w=30/style,style=asset:a,engine=vgg19', 1000)).toBe('gpu');
  });
});

describe('a plain thumbnail', () => {
  it('is rendered without tf.js', async () => {
    const codecs = await loadCodecs();
    const main = await codecs.jpeg.encode(
      paint({ width: 300, height: 200 }, (x, y) => [x & 255, y, 0]),
      { quality: 85 },
    );
    const started: string[] = [];
    const tensors = { prepare: async () => void started.push('tf.js'), failed: () => {} };
    const renderer = createRenderer({ ...ports, codecs, limits, tensors });
    const render = async (segments: string) => {
      const plan = parsePlan(segments.split('/'), effects);
      const blobs = { main, further: new Map([['asset:a', main]]) };
      const { size } = await renderer.render(
        await renderer.place({ plan, blobs, choose: () => [{ format: 'png', lossless: true }] }),
      );
      return size;
    };
    expect(await render('w=128,h=96,fit=cover,sharpen=1,saturation=1.2,blur=2')).toEqual({
      width: 128,
      height: 96,
    });
    expect(started).toEqual([]);
    await render('w=128/hybrid,far=asset:a').catch(() => {});
    expect(started).toEqual(['tf.js']);
  });
});
