// Files that people send: kinds of inputs that other programs write, through the bundled Worker, with the right pixels.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { bytesOf, makePng, pngChunk } from '../../helpers/files/make-image-files.ts';
import { sharedWorker } from '../../helpers/servers/shared-worker.ts';

const worker = await sharedWorker();

type Picture = { width: number; height: number; at: (x: number, y: number) => number[] };

const fileOf = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../cases/${name}`, import.meta.url)));

const upload = (plan: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
  worker.fetch(`/t/${plan}`, { method: 'POST', body, headers: { 'Content-Type': 'image/x' } });

async function shown(file: Uint8Array<ArrayBuffer>, plan = 'f=png'): Promise<Picture> {
  const response = await upload(plan, file);
  expect(response.status).toBe(200);
  const { data, info } = await sharp(await response.arrayBuffer())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const at = (x: number, y: number) => [...data.subarray(4 * (y * width + x)).subarray(0, 4)];
  return { width, height, at };
}

/** A place of a picture and what is to be there; a number is within `off` levels. */
type Expected = readonly [x: number, y: number, colour: readonly number[], off: number];

function expectColours({ at }: Picture, colours: readonly Expected[]): void {
  for (const [x, y, colour, off] of colours) {
    const found = at(x, y);
    const most = Math.max(...colour.map((value, i) => Math.abs(value - (found[i] as number))));
    expect(most, `(${x}, ${y}) is ${found}, not ${colour}`).toBeLessThanOrEqual(off);
  }
}

const red = [255, 0, 0, 255];
const greys = (levels: readonly number[], off: number): Expected[] =>
  [32, 64, 128, 192].map((x, i) => [x, 4, new Array<number>(3).fill(levels[i] as number), off]);

const rows: [string, readonly [number, number], readonly Expected[]][] = [
  [
    'animated.gif',
    [64, 64],
    [
      [0, 0, red, 0],
      [63, 63, red, 0],
    ],
  ],
  [
    'animated.webp',
    [64, 64],
    [
      [0, 0, red, 0],
      [63, 63, red, 0],
    ],
  ],
  [
    'png-index-outside.png',
    [4, 4],
    [
      [0, 0, red, 0],
      [1, 0, [0, 255, 0, 255], 0],
      [2, 0, [0, 0, 0, 255], 0],
    ],
  ],
  ['png-trns-3-bytes.png', [32, 32], [[0, 0, [17, 17, 17, 255], 0]]],
  ['gama-1.0.png', [256, 64], greys([99, 137, 188, 225], 1)],
  ['grey-icc-gamma1.jpg', [256, 64], greys([99, 137, 188, 225], 2)],
  ['grey-icc-gamma1.png', [256, 64], greys([99, 137, 188, 225], 2)],
  [
    'lut-only-rgb.jpg',
    [240, 160],
    [
      [200, 20, [212, 78, 176], 6],
      [30, 100, [255, 25, 25], 6],
      [180, 90, [0, 201, 38], 6],
    ],
  ],
  [
    'bt2020.avif',
    [240, 160],
    [
      [30, 100, [255, 0, 0], 12],
      [180, 90, [0, 211, 0], 12],
      [200, 20, [222, 41, 178], 12],
    ],
  ],
  ['nclx-linear.avif', [240, 160], [[30, 100, [244, 96, 96], 12]]],
];

describe('a file', () => {
  it.each(rows)('has the right pixels: %s', async (name, [width, height], colours) => {
    const picture = await shown(fileOf(name));
    expect(picture).toMatchObject({ width, height });
    expectColours(picture, colours);
  });

  it.each(['cmyk-adobe.jpg', 'cmyk-no-adobe.jpg'])('in four inks is shown: %s', async (name) => {
    const { at } = await shown(fileOf(name));
    for (const [strongest, [x, y]] of (
      [
        [30, 100],
        [180, 90],
        [20, 155],
      ] as const
    ).entries()) {
      const colour = at(x, y).slice(0, 3);
      expect(colour[strongest]).toBeGreaterThan(180);
      expect(colour.filter((value) => value < 90)).toHaveLength(2);
    }
  });

  it.each(['noeoi_base.jpg', 'noeoi-trailer.jpg'])(
    'without its end marker gives the pixels that it has with one: %s',
    async (name) => {
      const file = fileOf(name);
      const whole = await shown(new Uint8Array([...file, 0xff, 0xd9]));
      const picture = await shown(file);
      expect(picture).toMatchObject({ width: 240, height: 160 });
      for (const [x, y] of [
        [0, 0],
        [120, 80],
        [239, 159],
      ] as const) {
        expect(picture.at(x, y)).toEqual(whole.at(x, y));
      }
      expect((await upload('f=png', file.slice(0, file.length * 0.4))).status).toBe(422);
    },
  );

  it('of PNG needs no end chunk and no last checksum', async () => {
    const pixels = Buffer.from(
      Uint8Array.from({ length: 3 * 240 * 160 }, (_, i) => Math.imul(i, 2654435761) >>> 24),
    );
    const raw = { raw: { width: 240, height: 160, channels: 3 } } as const;
    const whole = new Uint8Array(await sharp(pixels, raw).png().toBuffer());
    // The end chunk has 12 bytes; before it is the checksum of the pixels.
    for (const missing of [4, 12, 16]) {
      const picture = await shown(whole.slice(0, -missing));
      expect(picture).toMatchObject({ width: 240, height: 160 });
      expect(picture.at(239, 159).slice(0, 3)).toEqual([...pixels.subarray(-3)]);
    }
    expect((await upload('f=png', whole.slice(0, whole.length / 2))).status).toBe(422);
  });

  it('with chromaticities looks as with the profile that has them', async () => {
    const picture = await shown(fileOf('chrm-adobe.png'));
    // Adobe RGB: a grey of gamma 2.2.
    const levels = [32, 64, 128, 192].map((value) => {
      const light = (value / 255) ** (563 / 256);
      return 255 * (1.055 * light ** (1 / 2.4) - 0.055);
    });
    expectColours(picture, greys(levels, 2));
  });

  it('shows only its clean aperture', async () => {
    const picture = await shown(fileOf('clap-120x80.avif'));
    expect(picture).toMatchObject({ width: 120, height: 80 });
  });

  it.each(['animated.gif', 'animated.webp'])('that moves still moves: %s', async (name) => {
    for (const format of ['gif', 'webp']) {
      const response = await upload(`w=32/f=${format}`, fileOf(name));
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        `image/${format}`,
      ]);
      const file = await response.arrayBuffer();
      const { pages, width, pageHeight } = await sharp(file, { pages: -1 }).metadata();
      expect([pages, width, pageHeight]).toEqual([2, 32, 32]);
      const { data } = await sharp(file, { page: 1 }).raw().toBuffer({ resolveWithObject: true });
      expect((data[2] as number) - (data[0] as number)).toBeGreaterThan(200);
    }
    const still = await upload('w=32,anim=false/f=gif', fileOf(name));
    expect((await sharp(await still.arrayBuffer(), { pages: -1 }).metadata()).pages ?? 1).toBe(1);
  });

  it('with bytes behind its pixels is shown', async () => {
    const samples = (x: number, y: number) => [(7 * x * y) & 255, x, y];
    const made = makePng({ width: 40, height: 40, colorType: 2, bitDepth: 8, samples });
    const header = made.subarray(0, 33);
    const stream = made.subarray(41, -16);
    const end = pngChunk('IEND');
    for (const rest of [
      [pngChunk('IDAT', stream), new Array<number>(512).fill(0)],
      [pngChunk('IDAT', bytesOf(stream, [0, 0, 0, 0])), end],
      [pngChunk('IDAT', stream), pngChunk('IDAT', new Array<number>(20).fill(9)), end],
      [pngChunk('IDAT', bytesOf(stream.subarray(0, -4), [0, 0, 0, 0])), end],
      [pngChunk('IDAT', stream), pngChunk('PLTE', [1, 2, 3]), end],
    ]) {
      const { at } = await shown(new Uint8Array(bytesOf(header, ...rest)));
      expect([at(1, 0), at(39, 39)]).toEqual([
        [...samples(1, 0), 255],
        [...samples(39, 39), 255],
      ]);
    }
  });

  it('of a kind whose colours are not understood says so', async () => {
    const report = async (name: string) => (await upload('f=json', fileOf(name))).json();
    expect(await report('bt2020.avif')).toMatchObject({ source: { colours: 'converted to sRGB' } });
    expect(await report('animated.gif')).toMatchObject({ source: { colours: 'sRGB', frames: 2 } });
  });
});
