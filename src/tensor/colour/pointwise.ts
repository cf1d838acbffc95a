// Changes of single pixels by SIMD kernels: by tables of sRGB-coded levels, and by mixtures of the channels.
import { createImage, type Image } from '../../image.ts';
import { eachBand } from '../../timing.ts';
import { type PixelModule, type PixelWork, placed } from '../pixel-kernels.ts';

/** The table of a function of coded values 0…1; results are rounded to the nearest level and clamped. */
export const byteTable = (map: (v: number) => number): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: 256 }, (_, level) => 255 * map(level / 255));

/** A new image whose red, green and blue are looked up in `table` (256 levels); alpha stays. */
export function mapLevels(image: Image, table: Uint8ClampedArray, work: PixelWork): Promise<Image> {
  return mapRuns(image, work, {
    constants: table.length,
    prepare: ({ bytes }, at) => bytes.set(table, at),
    run: ({ calls }, { from, to, pixels, at }) => calls.levelsRow(from, to, pixels, at),
  });
}

/** A matrix of three rows: how much of red, green and blue each channel of the result has. */
export type Mixture = readonly (readonly [r: number, g: number, b: number])[];

/** A new image whose channels are mixed in linear light or in sRGB-coded levels; alpha stays. */
export function mixChannels(
  image: Image,
  { mixture, light }: { mixture: Mixture; light: 'linear' | 'coded' },
  work: PixelWork,
): Promise<Image> {
  return mapRuns(image, work, {
    constants: 48,
    prepare({ floats }, at) {
      mixture.forEach((row, to) => {
        row.forEach((share, from) => {
          floats[at / 4 + 4 * from + to] = share;
        });
      });
    },
    run({ calls }, { from, to, pixels, at }) {
      if (light === 'linear') calls.mixLightRow(from, to, pixels, at);
      else calls.mixLevelsRow(from, to, pixels, at);
    },
  });
}

/** A new image whose distance from grey is multiplied by `factor` in linear light, as far as sRGB has such colours; luminance, hue and alpha stay. */
export const saturated = (image: Image, factor: number, work: PixelWork): Promise<Image> =>
  mapRuns(image, work, {
    constants: 0,
    prepare: () => {},
    run: ({ calls }, { from, to, pixels }) => calls.saturateRow(from, to, pixels, factor),
  });

/**
 * A new image whose pixels have moved by `amount` (0…1) in linear light towards the tone of their luminance; alpha stays. `tones` has linear red, green and blue of
 * each tone and a fourth value that is not used; they are evenly spaced in the sRGB-coded luminance from black to white.
 */
export function mapTones(
  image: Image,
  { tones, amount }: { tones: Float32Array; amount: number },
  work: PixelWork,
): Promise<Image> {
  const last = tones.length / 4 - 1;
  return mapRuns(image, work, {
    constants: tones.byteLength,
    prepare: ({ floats }, at) => floats.set(tones, at / 4),
    run: ({ calls }, { from, to, pixels, at }) => calls.toneRow(from, to, pixels, at, last, amount),
  });
}

/** Pixels that are changed in one call: their bytes and results stay in the processor's cache. */
const RUN = 8192;

type Run = { from: number; to: number; pixels: number; at: number };

async function mapRuns(
  image: Image,
  { kernels, pace }: PixelWork,
  {
    constants,
    prepare,
    run,
  }: {
    /** Bytes of what `prepare` writes. */
    constants: number;
    prepare: (module: PixelModule, at: number) => void;
    run: (module: PixelModule, run: Run) => void;
  },
): Promise<Image> {
  const { width, height, data } = image;
  const result = createImage({ width, height });
  const count = width * height;
  const module = kernels();
  const { bytes } = module;
  const places = placed({ at: constants, from: 4 * RUN, to: 4 * RUN }, module);
  if (!places) throw new RangeError('pixels: expected more memory for a run of pixels');
  await eachBand(Math.ceil(count / RUN), pace, (first, end) => {
    prepare(module, places.at);
    for (let begin = first * RUN; begin < Math.min(count, end * RUN); begin += RUN) {
      const pixels = Math.min(RUN, count - begin);
      bytes.set(data.subarray(4 * begin, 4 * (begin + pixels)), places.from);
      run(module, { ...places, pixels });
      result.data.set(bytes.subarray(places.to, places.to + 4 * pixels), 4 * begin);
    }
  });
  return result;
}
