import sharp, { type JpegOptions } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ciede2000, labsOf } from '../../bench/pictures/ciede2000.ts';
import {
  areaMeans,
  magnifiedPng,
  type Orientation,
  paintPhoto,
  psnr,
  type RawPicture,
  STRIP_HEIGHT,
  stripedJpeg,
} from '../helpers/files/big-photos.ts';
import { makeExif, withExif } from '../helpers/files/make-image-files.ts';
import { paint } from '../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

let worker: BundledWorker;

beforeAll(async () => {
  worker = await startBundledWorker();
  await (await worker.fetch('/health')).text();
});

afterAll(() => worker?.close());

/** Uploads a file and returns the result as RGB bytes. */
async function render(plan: string, file: Uint8Array) {
  expect(file.length).toBeLessThan(20 * 2 ** 20);
  const response = await worker.fetch(`/t/${plan}/f=png`, {
    method: 'POST',
    body: file as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/x' },
  });
  const answer = new Uint8Array(await response.arrayBuffer());
  const said = response.ok ? '' : new TextDecoder().decode(answer);
  expect([response.status, said]).toEqual([200, '']);
  const { data, info } = await sharp(answer)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { data, width: info.width, height: info.height };
}

const encode = ({ data, width, height, channels }: RawPicture, options: JpegOptions) =>
  sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality: 85, ...options })
    .toBuffer();

describe('a JPEG of 24 megapixels', () => {
  const factor = 44;
  const size = { width: 128 * factor, height: 96 * factor };
  const small = { width: 128, height: 96 };
  let photo: RawPicture;
  let grey: RawPicture;
  let truth: Uint8Array;

  beforeAll(() => {
    photo = paintPhoto(size);
    grey = paintPhoto(size, 1);
    truth = areaMeans(photo, { ...small, factor });
  });

  it.each<[string, JpegOptions]>([
    ['baseline 4:2:0', { chromaSubsampling: '4:2:0' }],
    ['baseline 4:4:4', { chromaSubsampling: '4:4:4' }],
    ['progressive 4:2:0', { chromaSubsampling: '4:2:0', progressive: true }],
    ['progressive 4:4:4', { chromaSubsampling: '4:4:4', progressive: true }],
  ])('%s becomes its thumbnail', async (_, options) => {
    const { data, ...got } = await render('w=128,h=96,fit=cover', await encode(photo, options));
    expect(got).toEqual(small);
    expect(psnr(data, truth)).toBeGreaterThan(44);
  });

  it('grey becomes its thumbnail', async () => {
    const { data, ...got } = await render('w=128,h=96,fit=cover', await encode(grey, {}));
    expect(got).toEqual(small);
    expect(psnr(data, areaMeans(grey, { ...small, factor }))).toBeGreaterThan(44);
  });
});

describe('a photo of a camera that was held upright', () => {
  const photo = paintPhoto({ width: 2048, height: 1536 });

  it.each<[string, boolean]>([
    ['baseline', false],
    ['progressive', true],
  ])('%s is turned, cropped and shrunk', async (_, progressive) => {
    const file = withExif(await encode(photo, { progressive }), makeExif(6));
    const orientation: Orientation = 6;
    const upright = await render('w=96,h=128,fit=cover', file);
    expect([upright.width, upright.height]).toEqual([96, 128]);
    const whole = { width: 96, height: 128, factor: 16, orientation };
    expect(psnr(upright.data, areaMeans(photo, whole))).toBeGreaterThan(44);

    const cropped = await render('w=128,h=96,fit=cover', file);
    expect([cropped.width, cropped.height]).toEqual([128, 96]);
    const middle = { width: 128, height: 96, factor: 12, top: 448, orientation };
    expect(psnr(cropped.data, areaMeans(photo, middle))).toBeGreaterThan(44);
  });
});

describe('a JPEG with restart markers', () => {
  const colour = (strip: number, x: number, y: number): number[] => [
    60 + 15 * strip + 20 * (((x >> 3) + (y >> 3)) & 1),
    60 + (x >> 6),
    200 - 15 * strip,
  ];

  it('of 104 megapixels becomes its thumbnail', async () => {
    const [width, each] = [12_288, 66];
    const order = Array.from({ length: 8 * each }, (__, i) => Math.floor(i / each));
    const { data, ...got } = await render('w=128', stripedJpeg(width, order, colour));
    const factor = width / 128;
    const rows = (each * STRIP_HEIGHT) / factor;
    expect(got).toEqual({ width: 128, height: 8 * rows });
    const truth = [...Array(8).keys()].flatMap((strip) => {
      const rgb = Array.from({ length: factor }, (__, y) =>
        Array.from({ length: width }, (___, x) => colour(strip, x, y)),
      ).flat(2);
      const raw = { width, height: factor, data: Uint8Array.from(rgb), channels: 3 } as const;
      const row = [...areaMeans(raw, { width: 128, height: 1, factor })];
      return Array<number[]>(rows).fill(row).flat();
    });
    expect(psnr(data, truth)).toBeGreaterThan(44);
  });
});

describe('a picture of 100 megapixels', () => {
  const small = { width: 96, height: 64 };
  const seed = paintPhoto(small, 1);

  it('is shrunk from a baseline JPEG', async () => {
    const { data: colours } = paintPhoto(small);
    const file = await sharp(colours, { raw: { ...small, channels: 3 } })
      .resize(12_288, 8192, { kernel: 'nearest' })
      .jpeg({ quality: 80 })
      .toBuffer();
    const { data, ...got } = await render('w=96', file);
    expect(got).toEqual(small);
    expect(psnr(data, colours)).toBeGreaterThan(38);
  });

  it('is shrunk from a grey PNG', async () => {
    const { data, ...got } = await render('w=96', magnifiedPng(seed, 128));
    expect(got).toEqual(small);
    expect(
      psnr(
        data,
        Uint8Array.from(data, (__, i) => seed.data[Math.floor(i / 3)]!),
      ),
    ).toBeGreaterThan(38);
  });
});

describe('a photo in Display P3', () => {
  it('keeps its colours', async () => {
    const levels = [0, 64, 128, 192, 255];
    const patches = paint({ width: 25 * 16, height: 5 * 16 }, (x, y) => {
      const [i, j] = [x >> 4, y >> 4];
      return [levels[i % 5]!, levels[Math.floor(i / 5)]!, levels[j]!];
    });
    const file = await sharp(patches.data, { raw: { width: 400, height: 80, channels: 4 } })
      .removeAlpha()
      .withIccProfile('p3')
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const plain = await sharp(file).keepIccProfile().raw().toBuffer();
    const { data } = await render('w=400', file);
    // The middle pixel of each patch.
    const centres = Array.from({ length: 125 }, (_, i) => {
      const [x, y] = [(i % 25) * 16 + 8, Math.floor(i / 25) * 16 + 8];
      return y * 400 + x;
    });
    const colours = (bytes: ArrayLike<number>, channels: number) =>
      labsOf(centres.flatMap((at) => [...[0, 1, 2].map((c) => bytes[at * channels + c]!), 255]));
    const truth = colours(patches.data, 4);
    const got = colours(data, 3);
    const stored = colours(plain, 3);
    const differences = got.map((lab, i) => ciede2000(lab, truth[i]!));
    expect(Math.max(...differences)).toBeLessThan(2);
    // The file's own values differ: read as sRGB they would be far off.
    expect(Math.max(...stored.map((lab, i) => ciede2000(lab, truth[i]!)))).toBeGreaterThan(4);
  });
});
