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
const PALETTE = 'w=256/pixelate,columns=64,palette=pico8,dither=bayer4';

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
