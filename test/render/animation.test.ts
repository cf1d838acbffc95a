// Animations through the whole service: frames are kept, reduced to the first, or refused with the number that fits.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { createHeaps } from '../../src/codecs/wasm/heaps.ts';
import { writeGif } from '../helpers/files/write-gif.ts';
import { startProcessorWatch } from '../helpers/processor-time.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';

const heaps = createHeaps();
const codecs = await loadCodecs(heaps);
const palette = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [250, 250, 250],
];
const size = { width: 40, height: 30 };
/** A bar that wanders over stripes. */
const frame = (f: number) => ({
  index: (x: number, y: number) => (Math.abs(x - 6 * f) < 3 ? 3 : (y >> 3) % 3),
  delay: 8,
});
const animation = writeGif(size, [0, 1, 2, 3, 4].map(frame), { palette, loops: 0 });

const ask = async (
  plan: string,
  {
    file = animation,
    vars,
    accept,
  }: { file?: Uint8Array; vars?: Record<string, string>; accept?: string } = {},
) => {
  const service = createInMemoryService({ codecs, ...(vars && { vars }) });
  const response = await service.ask(`/t/${plan}`, {
    method: 'POST',
    body: file as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/gif', ...(accept && { Accept: accept }) },
  });
  const body = new Uint8Array(await response.arrayBuffer());
  expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0 });
  return { response, body };
};

const typeOf = (response: Response) => response.headers.get('content-type');

describe('an animation', () => {
  it.each(['gif', 'webp'] as const)('keeps its frames as %s', async (format) => {
    const { response, body } = await ask(`w=20/f=${format}`);
    expect([response.status, typeOf(response)]).toEqual([200, `image/${format}`]);
    expect(probe(body)).toMatchObject({ format, frames: 5, width: 20, height: 15 });
    const { pages, delay, loop } = await sharp(body, { pages: -1 }).metadata();
    expect([pages, delay, loop]).toEqual([5, new Array(5).fill(80), 0]);
  });

  it('runs every frame through the plan', async () => {
    const { body } = await ask('pixelate,block=10/f=gif');
    const stills = await Promise.all(
      [0, 4].map(async (page) => {
        const file = await sharp(animation, { page }).png().toBuffer();
        const { body: still } = await ask('pixelate,block=10/f=png', {
          file: new Uint8Array(file),
        });
        return sharp(still).ensureAlpha().raw().toBuffer();
      }),
    );
    for (const [i, page] of [0, 4].entries()) {
      const shown = await sharp(body, { page }).ensureAlpha().raw().toBuffer();
      expect(shown.equals(stills[i] as Buffer)).toBe(true);
    }
  });

  it.each([
    ['anim=false', 'w=20,anim=false,f=gif', 'gif'],
    ['a format of still pictures', 'w=20,f=png', 'png'],
  ])('is reduced to its first frame by %s', async (_, plan, format) => {
    const { body } = await ask(plan);
    expect(probe(body)).toMatchObject({ format, frames: 1, width: 20 });
  });

  it('is kept by f=auto as WebP where that is accepted, else as GIF', async () => {
    const chrome = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';
    expect(probe((await ask('w=20', { accept: chrome })).body)).toMatchObject({
      format: 'webp',
      frames: 5,
    });
    expect(probe((await ask('w=20', { accept: '*/*' })).body)).toMatchObject({
      format: 'gif',
      frames: 5,
    });
    expect(probe((await ask('w=20,anim=false', { accept: chrome })).body).frames).toBe(1);
  });

  it('has its size and first frame in f=json', async () => {
    const { body } = await ask('w=20/f=json');
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({
      width: 20,
      source: { format: 'gif', frames: 5 },
    });
  });

  it('over the budget is refused with the number of frames that fit', async () => {
    const many = writeGif(
      size,
      Array.from({ length: 300 }, (_, f) => frame(f % 7)),
      { palette },
    );
    const { response, body } = await ask('w=200,f=gif', {
      file: many,
      vars: { EDGE_BUDGET_MS: '400' },
    });
    const { code, detail, param } = JSON.parse(new TextDecoder().decode(body));
    expect([response.status, code, param]).toEqual([422, 'over_budget', 'anim']);
    const [, all, most] = /it has (\d+) frames, and (\d+) fit/.exec(detail) ?? [];
    expect(Number(all)).toBe(300);
    expect(Number(most)).toBeGreaterThan(0);
    const fewer = writeGif(
      size,
      Array.from({ length: Number(most) }, (_, f) => frame(f % 7)),
      { palette },
    );
    const again = await ask('w=200,f=gif', { file: fewer, vars: { EDGE_BUDGET_MS: '400' } });
    expect(again.response.status).toBe(200);
  });

  it('over the budget becomes a still picture with f=auto', async () => {
    const many = writeGif(
      size,
      Array.from({ length: 300 }, (_, f) => frame(f % 7)),
      { palette },
    );
    const { response, body } = await ask('w=200', { file: many, vars: { EDGE_BUDGET_MS: '400' } });
    expect(response.status).toBe(200);
    expect(probe(body).frames).toBe(1);
  });

  it('is trimmed to what is inside the border in any frame; blank frames do not count', async () => {
    const boxes = [
      [4, 4, 10, 9],
      [8, 6, 20, 15],
      [0, 0, 0, 0],
    ] as const;
    const file = writeGif(
      size,
      boxes.map(([left, top, right, bottom]) => ({
        index: (x: number, y: number) => (x >= left && y >= top && x < right && y < bottom ? 1 : 0),
        delay: 5,
      })),
      { palette },
    );
    const { response, body } = await ask('trim=border,f=gif', { file });
    expect(response.status).toBe(200);
    expect(probe(body)).toMatchObject({ width: 16, height: 11, frames: 3 });
    const { data } = await sharp(body, { page: 1 }).removeAlpha().raw().toBuffer({
      resolveWithObject: true,
    });
    expect([...data.subarray(0, 3)]).toEqual(palette[0]);
    expect([...data.subarray(-3)]).toEqual(palette[1]);
  });

  it('of blank frames is not trimmed at all', async () => {
    const blank = { index: () => 2, delay: 5 };
    const file = writeGif(size, [blank, { ...blank, index: () => 1 }], { palette });
    const { body } = await ask('trim=border,f=gif', { file });
    expect(probe(body)).toMatchObject({ ...size, frames: 2 });
  });

  it.each(['pixelate,block=2,palette=auto,colors=6', 'pixelart,cell=2,strength=0,colors=6'])(
    'has one palette for all frames with %s',
    async (plan) => {
      // Each frame has colours of its own, which would give it a palette of its own.
      const many = Array.from({ length: 120 }, (_, i) => [2 * i, 255 - 2 * i, (i * 37) % 256]);
      const file = writeGif(
        size,
        [0, 1, 2, 3].map((f) => ({
          index: (x: number, y: number) => 30 * f + ((x + y) % 30),
          delay: 5,
        })),
        { palette: many },
      );
      const { body } = await ask(`${plan}/f=gif`, { file });
      const { data, info } = await sharp(body, { pages: -1 })
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const colours = new Set<number>();
      for (let i = 0; i < data.length; i += info.channels)
        colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
      expect(probe(body).frames).toBe(4);
      expect(colours.size).toBeLessThanOrEqual(6);
      expect(colours.size).toBeGreaterThan(3);
    },
  );

  it('keeps its place among the requests until its last frame is written', async () => {
    const states: { exclusive: number; light: number }[] = [];
    const writer = codecs.gif.frameWriter!;
    const watched: typeof writer = {
      ...writer,
      begin(options) {
        const { add, end } = writer.begin(options);
        return {
          add,
          end: () => {
            states.push(service.gate.state());
            return end();
          },
        };
      },
    };
    const service = createInMemoryService({
      codecs: { ...codecs, gif: { ...codecs.gif, frameWriter: watched } },
    });
    await service.ask('/t/w=20,f=gif', {
      method: 'POST',
      body: animation as Uint8Array<ArrayBuffer>,
      headers: { 'Content-Type': 'image/gif' },
    });
    expect(states.map(({ exclusive, light }) => exclusive + light)).toEqual([1]);
  });

  it('with a damaged frame in its middle is refused', async () => {
    const file = animation.slice();
    file.fill(0xff, file.length - 300, file.length - 200);
    const { response } = await ask('w=20,f=gif', { file });
    expect(response.status).toBe(422);
  });
});

describe('a hostile animation', () => {
  const dot = { index: () => 0, palette: palette.slice(0, 2), width: 1, height: 1 };

  it.each([
    ['of 10,000 frames', () => writeGif({ width: 64, height: 64 }, new Array(10_000).fill(dot))],
    [
      'of a huge canvas with tiny frames',
      () => writeGif({ width: 3000, height: 3000 }, new Array(200).fill(dot)),
    ],
  ])('%s is refused before a pixel is decoded', async (_, make) => {
    const file = make();
    const processorMs = startProcessorWatch();
    for (const f of ['gif', 'webp']) {
      const { response, body } = await ask(`w=64,f=${f}`, { file });
      expect(response.status).toBe(422);
      expect(JSON.parse(new TextDecoder().decode(body)).code).toBe('over_budget');
    }
    expect(processorMs()).toBeLessThan(5000);
    const { small, large } = heaps.held();
    expect(small + large).toBeLessThan(128 * 2 ** 20);
  });
});
