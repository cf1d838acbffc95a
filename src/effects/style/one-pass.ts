// What engines that paint in one pass of a network share: the working size, flat grounds, the lattice, and the way back to the picture's size.
import type { Size } from '../../image.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { imageSource, type Light } from '../../tensor/resample/light-rows.ts';
import { type Pace, portion } from '../../timing.ts';
import type { Cost } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import { finished } from './finish.ts';
import { addGrain } from './grain.ts';
import { findGround, keepGround } from './ground.ts';
import { removeLattice } from './lattice.ts';
import { takeLightness } from './lightness.ts';
import { paintOver } from './paint-over.ts';
import type { StyleParams, styleParams } from './params.ts';
import { fitWithin, meanSeen, rgbOf, sized } from './planes.ts';

/** Range of the longer side with `size=auto`, in px. Strokes have a fixed size in pixels: below `least` they hide the content. */
export const AUTO_SIDES = { least: 128, most: 512 };

/** Bytes of a network's weights. */
const WEIGHTS_BYTES = 2e6;
/** Bytes per pixel of the working size in JavaScript: linear light, coded, the same padded, painted, and the differences or lightness of pixels. */
const BYTES_PER_WORKED_PIXEL = 64;
/** Bytes of tensors: fixed, and per pixel of the working size. */
const TENSOR_BYTES = { fixed: 2e6, perWorked: 130 };
const BYTES_PER_RESULT_PIXEL = 4;

/** Rough shares of the passes; the vector and the guide are not always made. */
export const SHARES = {
  scale: 0.05,
  mean: 0.01,
  vector: 0.15,
  code: 0.04,
  grain: 0.02,
  paint: 0.41,
  lattice: 0.01,
  lightness: 0.01,
  guide: 0.05,
  finish: 0.25,
};

const sideOf = ({ size }: StyleParams): number => (size === 'auto' ? AUTO_SIDES.most : size);

/** The size at which the network sees a picture of this size. */
export const workedSize = (size: Size, params: StyleParams): Size =>
  fitWithin(size, sideOf(params));

/** Cost of a pass over a picture of this size: what is around the network, and its own terms. `fade` is 1 if the result lets the picture through. */
export function costOfPass(
  size: Size,
  params: StyleParams,
  { fade, ...terms }: { fade: number } & Record<string, number>,
): Cost {
  const worked = workedSize(size, params);
  const pixels = size.width * size.height;
  const workedPixels = worked.width * worked.height;
  const smaller = workedPixels < pixels;
  return {
    work: {
      ...terms,
      scaled: smaller ? pixels : 0,
      guided: smaller ? workedPixels : 0,
      upscaled: smaller ? pixels : 0,
      finished: pixels,
      recoloured: params.color === 'content' ? pixels : 0,
      faded: fade * pixels,
    },
    bytes: WEIGHTS_BYTES + BYTES_PER_WORKED_PIXEL * workedPixels + BYTES_PER_RESULT_PIXEL * pixels,
    heap: TENSOR_BYTES.fixed + TENSOR_BYTES.perWorked * workedPixels,
  };
}

export type Pass = {
  /** Opacity of the paint over the picture, 0…1. */
  cover: number;
  /** Whether the network leaves a lattice of 4 px that is to be removed. */
  lattice: boolean;
  /** Paints sRGB codes at the working size; `small` is the same in linear light, `pace` gives a share of the step's work. */
  paint: (content: Rgb, use: { small: Light; pace: (share: number) => Pace }) => Promise<Rgb>;
};

/** The picture painted by a network in one pass. Throws what `paint` throws. */
export async function onePass(
  { picture, params, kernels, pace }: EffectRun<typeof styleParams, 'style'>,
  { cover, lattice, paint }: Pass,
): Promise<EffectResult> {
  const share = (part: number): Pace => portion(pace, part);
  const worked = workedSize(picture, params);
  const scaling = { kernels, pace: share(SHARES.scale) };
  const small = await sized(imageSource(picture), worked, scaling);
  const behind = await meanSeen(small, share(SHARES.mean));
  const content = await rgbOf(small, behind, share(SHARES.code));
  const ground = findGround(content);
  await addGrain(content, share(SHARES.grain));
  const painted = await paint(content, { small, pace: share });
  if (lattice) await removeLattice(painted, share(SHARES.lattice));
  if (ground) keepGround(painted, ground);
  const { color } = params;
  if (color === 'content') await takeLightness(painted, content, share(SHARES.lightness));
  const whole = await paintOver(painted, { small, behind, to: picture }, share(SHARES.guide));
  const finish = { content: picture, colours: color, cover };
  return { picture: await finished(whole, finish, { kernels, pace: share(SHARES.finish) }) };
}
