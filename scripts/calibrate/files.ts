// Makes the files to measure on, with libvips: the sample pictures at any size, in many kinds of each format.
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../src/image.ts';

const kinds = {
  jpeg: (s: Sharp) => s.jpeg({ quality: 85 }),
  'jpeg-q55': (s: Sharp) => s.jpeg({ quality: 55 }),
  'jpeg-q95': (s: Sharp) => s.jpeg({ quality: 95 }),
  'jpeg-444': (s: Sharp) => s.jpeg({ quality: 88, chromaSubsampling: '4:4:4' }),
  'jpeg-progressive': (s: Sharp) => s.jpeg({ quality: 85, progressive: true }),
  'jpeg-grey': (s: Sharp) => s.greyscale().jpeg({ quality: 85 }),
  'jpeg-turned': (s: Sharp) => s.jpeg({ quality: 85 }).withMetadata({ orientation: 6 }),
  'jpeg-inks': (s: Sharp) => s.toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 85 }),
  'jpeg-p3': (s: Sharp) => s.withIccProfile('p3').jpeg({ quality: 85 }),
  png: (s: Sharp) => s.png(),
  'png-palette': (s: Sharp) => s.png({ palette: true }),
  'png-grey': (s: Sharp) => s.greyscale().png(),
  'png-interlaced': (s: Sharp) => s.png({ progressive: true }),
  'png-16': (s: Sharp) => s.toColourspace('rgb16').png(),
  webp: (s: Sharp) => s.webp({ quality: 85 }),
  'webp-q50': (s: Sharp) => s.webp({ quality: 50 }),
  'webp-lossless': (s: Sharp) => s.webp({ lossless: true }),
  avif: (s: Sharp) => s.avif({ quality: 60, effort: 1 }),
  gif: (s: Sharp) => s.gif({ effort: 1 }),
  'avif-q40': (s: Sharp) => s.avif({ quality: 40, effort: 1 }),
} as const;

export type FileKind = keyof typeof kinds;

/** A picture of `public/samples` without its extension, at a size, as a kind of file. */
export type FileSpec = { sample: Sample; kind: FileKind } & Size;

const samples = {
  landscape: 'landscape.jpg',
  bust: 'bust.jpg',
  chess: 'chess.jpg',
  painting: 'painting.jpg',
  drawing: 'drawing.png',
  sticker: 'sticker.png',
} as const;

export type Sample = keyof typeof samples;

export const fileName = ({ sample, width, height, kind }: FileSpec): string =>
  `${sample}-${width}x${height}.${kind}`;

const GRAIN = 8;

/** The file's bytes; the same every time. */
export async function makeFile(spec: FileSpec): Promise<Uint8Array> {
  const { data, ...raw } = await pixelsOf(spec);
  return new Uint8Array(await kinds[spec.kind](sharp(data, { raw })).toBuffer());
}

type Pixels = Size & { channels: 1 | 2 | 3 | 4; data: Buffer };

const made = new Map<string, Promise<Pixels>>();

function pixelsOf({ sample, width, height }: FileSpec): Promise<Pixels> {
  const key = `${sample} ${width}x${height}`;
  const known = made.get(key) ?? draw(sample, { width, height });
  made.set(key, known);
  return known;
}

async function draw(sample: Sample, { width, height }: Size): Promise<Pixels> {
  const path = fileURLToPath(new URL(`../../public/samples/${samples[sample]}`, import.meta.url));
  const { width: own = 1 } = await sharp(path).metadata();
  const { data, info } = await sharp(path)
    .resize(width, height, { fit: 'cover' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { channels } = info;
  // An enlarged picture lacks fine detail, which costs codecs the most time.
  if (width > own) addGrain(data, channels);
  return { width, height, channels, data };
}

function addGrain(data: Buffer, channels: number): void {
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (channels === 4 && i % 4 === 3) continue;
    const value = (data[i] as number) + ((state >>> 16) % (2 * GRAIN + 1)) - GRAIN;
    data[i] = Math.max(0, Math.min(255, value));
  }
}
