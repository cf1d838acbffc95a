// Checks that pictures in a palette, and others if asked, keep every pixel on their way to the client.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codecs } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { endsInPalette } from '../../src/plan/plan.ts';
import { createRenderer, type Renderer } from '../../src/render/renderer.ts';
import { namedColours } from '../../src/tensor/palette/names.ts';
import { kernels } from '../helpers/pixel-kernels.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const BROWSER = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const PALETTE = 'w=128/pixelate,columns=32,palette=pico8,dither=bayer4';

let codecs: Codecs;
let renderer: Renderer;
let main: Uint8Array;

beforeAll(async () => {
  codecs = await loadCodecs();
  main = await readFile('public/samples/landscape.jpg');
  renderer = createRenderer({
    codecs,
    kernels,
    limits: { maxSourcePixels: 4e6, maxResultPixels: 4e6, edgeBudgetMs: 2000 },
    places: ['edge'],
    gate: { enter: async () => () => {}, check: () => {} },
    now: () => 0,
    pause: async () => {},
  });
});

const parsed = (segments: string) => parsePlan(segments.split('/'), effects);

async function answer(segments: string, accept: string | null) {
  const plan = parsed(segments);
  const { choose } = renderer.choose(plan, accept);
  const blobs = { main, further: new Map() };
  return renderer.render(await renderer.place({ plan, blobs, choose }));
}

/** The pixels as another library decodes them. */
const pixelsOf = (blob: Uint8Array) => sharp(blob).ensureAlpha().raw().toBuffer();

async function coloursOf(blob: Uint8Array): Promise<string[]> {
  const pixels = await pixelsOf(blob);
  const found = new Set<string>();
  for (let i = 0; i < pixels.length; i += 4) found.add(pixels.toString('hex', i, i + 3));
  return [...found];
}

describe('a picture in a palette', () => {
  it.each([
    ['a browser', '', BROWSER, 'image/webp'],
    ['a client that names no format', '', null, 'image/png'],
    ['a client that wants JPEG', '', 'image/jpeg', 'image/png'],
    ['f=webp', '/f=webp', null, 'image/webp'],
    ['f=png', '/f=png', BROWSER, 'image/png'],
  ])('keeps its colours for %s', async (_, option, accept, mime) => {
    const sent = await answer(`${PALETTE}${option}`, accept);
    expect(sent.mime).toBe(mime);
    const png = await answer(`${PALETTE}/f=png`, null);
    expect(await pixelsOf(sent.blob)).toEqual(await pixelsOf(png.blob));
    const colours = await coloursOf(sent.blob);
    expect(colours.length).toBeGreaterThan(8);
    expect(namedColours('pico8')).toEqual(expect.arrayContaining(colours));
    if (option === '') expect(sent.blob.length).toBeLessThanOrEqual(png.blob.length);
  });

  it('goes out as the smaller of PNG and WebP', async () => {
    const small = 'w=64/pixelate,columns=4,palette=mono';
    for (const plan of [PALETTE, small]) {
      const sizes = [];
      for (const format of ['png', 'webp']) {
        sizes.push((await answer(`${plan}/f=${format}`, null)).blob.length);
      }
      expect((await answer(plan, BROWSER)).blob.length).toBe(Math.min(...sizes));
    }
  });

  it('keeps the formats that are named for it', async () => {
    expect((await answer(`${PALETTE}/f=jpeg`, null)).mime).toBe('image/jpeg');
    expect((await answer('w=64/pixelate/f=webp', BROWSER)).mime).toBe('image/webp');
  });
});

describe('a picture that turns out to have few colours', () => {
  const [width, height] = [420, 200];
  const FOUR = [0x203a5eff, 0xf0e8d0ff, 0xd0402aff, 0x000000ff];

  /** Stripes and squares of these colours, each of them at least once, as a PNG. */
  async function drawing(colours: readonly number[]): Promise<Uint8Array> {
    const pixels = Buffer.alloc(4 * width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const n = y === 0 ? x : (x >> 4) + 3 * (y >> 5) + ((x * y) % 97 === 0 ? 1 : 0);
        pixels.writeUInt32BE(colours[n % colours.length]!, 4 * (y * width + x));
      }
    }
    return sharp(pixels, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  }

  const sentFor = async (file: Uint8Array, segments: string, accept: string | null) => {
    const plan = parsed(segments);
    const { choose } = renderer.choose(plan, accept);
    return renderer.render(
      await renderer.place({ plan, blobs: { main: file, further: new Map() }, choose }),
    );
  };

  it.each([
    ['a browser', BROWSER],
    ['a client that reads AVIF and PNG', 'image/avif,image/png'],
    ['a client that names no format', null],
    ['an old browser', 'image/png,image/*;q=0.8'],
  ])('keeps every pixel for %s', async (_, accept) => {
    const file = await drawing(FOUR);
    const { mime, blob } = await sentFor(file, 'f=auto', accept);
    expect(['image/png', 'image/webp']).toContain(mime);
    expect(await pixelsOf(blob)).toEqual(await pixelsOf(file));
  });

  it('keeps the hidden colour of clear pixels out of the count', async () => {
    const clear = Array.from({ length: 400 }, (_, i) => (i * 0x10101) << 8);
    const file = await drawing([...FOUR, ...clear.map((word) => word >>> 0)]);
    const { blob } = await sentFor(file, 'f=auto', BROWSER);
    const [sent, stored] = [await pixelsOf(blob), await pixelsOf(file)];
    for (let i = 0; i < stored.length; i += 4) {
      expect(sent[i + 3]).toBe(stored[i + 3]);
      if (stored[i + 3] === 255) expect(sent.readUInt32BE(i)).toBe(stored.readUInt32BE(i));
    }
  });

  it('stays as it was for clients that read no lossless format, for formats by name, and with more colours', async () => {
    const file = await drawing(FOUR);
    expect((await sentFor(file, 'f=auto', 'image/jpeg,*/*;q=0')).mime).toBe('image/jpeg');
    expect((await sentFor(file, 'f=avif', BROWSER)).mime).toBe('image/avif');
    const many = Array.from({ length: 257 }, (_, i) => (i * 0x01020300 + 0xff) >>> 0);
    expect((await sentFor(await drawing(many), 'f=auto', BROWSER)).mime).toBe('image/avif');
    expect((await sentFor(await drawing(many.slice(1)), 'f=auto', BROWSER)).mime).not.toBe(
      'image/avif',
    );
  });

  it.each([BROWSER, 'image/webp,image/png', 'image/jpeg,image/png'])(
    'reserves at most four megabytes for that, and no memory of codecs: %s',
    async (accept) => {
      for (const w of [160, 320, 640]) {
        const plan = parsed(`w=${w}`);
        const { choose } = renderer.choose(plan, accept);
        const estimateOf = async (chosen: typeof choose) =>
          (await renderer.place({ plan, blobs: { main, further: new Map() }, choose: chosen }))
            .estimate;
        const now = await estimateOf(choose);
        const plain = await estimateOf((...result) =>
          choose(...result).filter(({ ifFewColours }) => !ifFewColours),
        );
        expect(now.heap).toBe(plain.heap);
        expect(now.ms).toBe(plain.ms);
        expect(now.bytes - plain.bytes).toBeLessThanOrEqual(4e6);
      }
    },
  );

  it('has a key that tells clients apart that read other lossless formats', () => {
    const keyOf = (accept: string) => renderer.choose(parsed('w=96'), accept).key;
    expect(keyOf('image/jpeg,image/png;q=0')).not.toBe(keyOf('image/jpeg,image/png;q=0.1'));
  });
});

describe('lossless=true', () => {
  it('keeps every pixel of other pictures', async () => {
    const plain = await answer('w=96/f=png', null);
    for (const [option, accept] of [
      ['lossless=true', BROWSER],
      ['lossless=true,f=webp', null],
    ] as const) {
      const sent = await answer(`w=96/${option}`, accept);
      expect(sent.mime).toBe('image/webp');
      expect(await pixelsOf(sent.blob)).toEqual(await pixelsOf(plain.blob));
    }
    const lossy = await answer('w=96/f=webp', null);
    expect(await pixelsOf(lossy.blob)).not.toEqual(await pixelsOf(plain.blob));
  });

  it.each(['jpeg', 'avif'])('is refused with f=%s', (format) => {
    expect(() => renderer.choose(parsed(`w=96,lossless=true,f=${format}`), null)).toThrow(
      `lossless: expected together with f=auto, webp, png, got f=${format}`,
    );
  });

  it('has keys of its own', () => {
    const keyOf = (segments: string) => renderer.choose(parsed(segments), BROWSER).key;
    expect(keyOf('w=96')).not.toBe(keyOf('w=96,lossless=true'));
    expect(keyOf('w=96,lossless=true')).toBe('webp+png|webp');
  });
});

describe('the plan', () => {
  it.each([
    ['pixelate,palette=pico8', true],
    ['pixelate', false],
    ['pixelart', true],
    ['pixelart,palette=none', false],
    ['pixelart/pixelate', false],
    ['pixelate,palette=mono/flip=h,rotate=90', true],
    ['pixelate,palette=mono/gamma=2/sepia', true],
    ['pixelate,palette=mono/trim=border', true],
    ['pixelate,palette=mono/background=ff0000', true],
    ['pixelate,palette=mono/w=64', false],
    ['pixelate,palette=mono/blur=2', false],
    ['pixelate,palette=mono/vignette', false],
    ['w=64', false],
  ])('%s ends in a palette: %s', (segments, ends) => {
    expect(endsInPalette(parsed(segments))).toBe(ends);
  });
});
