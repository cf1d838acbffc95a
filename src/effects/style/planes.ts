// Converts pictures to the inputs of networks and back: sRGB-coded values at the working size, as planes or pixel by pixel.
import type { Image, Size } from '../../image.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { srgbToLinear } from '../../srgb.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { lightOf } from '../../tensor/resample/convert.ts';
import { imageSource, type Light, type LightSource } from '../../tensor/resample/light-rows.ts';
import { scaledLight } from '../../tensor/resample/scale.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';
import type { Planes } from './optimise/optimise.ts';

/** Rough shares of the passes of `planesOf`. */
const SHARES = { scale: 0.6, mean: 0.1, code: 0.3 };

/** The size, shrunk to a long side of `most` px if it is longer; the other side keeps at least 1 px. */
export function fitWithin({ width, height }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** What the source reads at another size, in linear light. */
export const sized = (
  source: LightSource,
  { width, height }: Size,
  work: PixelWork,
): Promise<Light> =>
  source.width === width && source.height === height
    ? lightOf(source, work)
    : scaledLight(source, { width, height }, work);

/** Planes of a picture, at most `most` px long. Transparent parts get the colour of `meanSeen`. */
export async function planesOf(
  picture: Image,
  most: number,
  { kernels, pace }: PixelWork,
): Promise<Planes> {
  const scaling = { kernels, pace: portion(pace, SHARES.scale) };
  const linear = await sized(imageSource(picture), fitWithin(picture, most), scaling);
  const { width, height } = linear;
  const behind = await meanSeen(linear, portion(pace, SHARES.mean));
  const codePace = portion(pace, SHARES.code);
  return { width, height, data: await coded(linear, { behind, planar: true }, codePace) };
}

/** The picture pixel by pixel, as a network for photos expects it. Transparent parts get the colour `behind`, usually that of `meanSeen`. */
export async function rgbOf(linear: Light, behind: Colour, pace: Pace): Promise<Rgb> {
  const { width, height } = linear;
  return { width, height, data: await coded(linear, { behind, planar: false }, pace) };
}

async function coded(
  { width, height, channels, data }: Light,
  { behind, planar }: { behind: Colour; planar: boolean },
  pace: Pace,
): Promise<Float32Array> {
  const count = width * height;
  const values = new Float32Array(3 * count);
  const [pixel, colour] = planar ? [1, count] : [3, 1];
  await eachBand(count, pace, (first, end) => {
    for (let p = first, i = channels * first; p < end; p++, i += channels) {
      const through = channels === 4 ? 1 - data[i + 3]! : 0;
      for (let c = 0; c < 3; c++) {
        const light = data[i + c]! + through * behind[c]!;
        values[p * pixel + c * colour] = codeOfLinear(light);
      }
    }
  });
  return values;
}

/** Red, green and blue in linear light. */
export type Colour = readonly [number, number, number];

/** Mean colour, weighted by opacity, to put behind transparent parts so that their outlines do not become edges; white if all is clear. */
export async function meanSeen(
  { width, height, channels, data }: Light,
  pace: Pace,
): Promise<Colour> {
  if (channels === 3) return [0, 0, 0];
  const sums = [0, 0, 0, 0];
  await eachBand(width * height, pace, (first, end) => {
    for (let i = 4 * first; i < 4 * end; i += 4) {
      for (let c = 0; c < 4; c++) sums[c]! += data[i + c]!;
    }
  });
  const [r, g, b, seen] = sums as [number, number, number, number];
  return seen > 0 ? [r / seen, g / seen, b / seen] : [1, 1, 1];
}

/** The picture of planes, in linear light. */
export async function lightOfPlanes({ width, height, data }: Planes, pace: Pace): Promise<Light> {
  const count = width * height;
  const linear = new Float32Array(3 * count);
  await eachBand(count, pace, (first, end) => {
    for (let p = first; p < end; p++) {
      for (let c = 0; c < 3; c++) {
        const code = Math.min(1, Math.max(0, data[c * count + p]!));
        linear[3 * p + c] = srgbToLinear(code);
      }
    }
  });
  return { width, height, channels: 3, data: linear };
}
