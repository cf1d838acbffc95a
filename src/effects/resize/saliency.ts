// What a crop should keep: detail, more of it in colours of skin, in the middle and above it.
import type { Image } from '../../image.ts';
import { linearOfByte } from '../../tensor/colour/colour.ts';
import { doubledOklab } from '../../tensor/colour/oklab.ts';

/** The colours of skin, and of marble, in OKLab: between these hues in degrees, chroma and lightness; they fade out over `soft` of each range. */
const SKIN = { hue: [28, 90], chroma: [0.02, 0.135], lightness: [0.3, 0.95], soft: 0.15 } as const;
/** Weight of a pixel of skin, and of the length of its slope up to `most`, against the squared slope that every pixel weighs. */
const SKIN_WEIGHT = { area: 0.02, detail: 1, most: 0.15 };
/** Slopes above this count as that, so that curls and outlines do not outweigh a face. */
const MOST_DETAIL = 0.25;
/** How much of the weight of detail is left at the edges of the picture. */
const EDGE = 0.6;
/** Where faces are in photographs of people, as fractions of width and height; how much of the weight of skin is left at the farther edges; and how far hair is above it. */
const FACE = { x: 0.5, y: 0.36, left: 0.1, hair: 0.03 };

/** Weight of each pixel of an image, from the length of its `slopes` (0…about 1). Skin is counted where the hair above it would be. */
export function saliencyOf({ width, height, data }: Image, slopes: Float32Array): Float32Array {
  const weights = new Float32Array(width * height);
  const hair = Math.round(FACE.hair * height);
  for (let y = 0, p = 0; y < height; y++) {
    const v = (y + 0.5) / height;
    for (let x = 0; x < width; x++, p++) {
      const u = (x + 0.5) / width;
      const detail = Math.min(MOST_DETAIL, slopes[p]!);
      const skin =
        skinOf(data, 4 * p) *
        (SKIN_WEIGHT.area + SKIN_WEIGHT.detail * Math.min(SKIN_WEIGHT.most, detail));
      const opacity = data[4 * p + 3]! / 255;
      const plain = detail * detail * falloff(u, 0.5, EDGE) * falloff(v, 0.5, EDGE);
      weights[p]! += opacity * plain;
      const above = Math.max(0, y - hair) * width + x;
      weights[above]! +=
        opacity * skin * falloff(u, FACE.x, FACE.left) * falloff(v, FACE.y, FACE.left);
    }
  }
  return weights;
}

/** 1 in the middle, `left` at the edge that is farther from it. */
function falloff(at: number, middle: number, left: number): number {
  const away = (at - middle) / Math.max(middle, 1 - middle);
  return 1 - (1 - left) * away * away;
}

const lab = new Float64Array(3);

/** How much a pixel looks like skin, 0…1. */
function skinOf(data: Uint8ClampedArray, i: number): number {
  const [r, g, b] = [
    linearOfByte[data[i]!]!,
    linearOfByte[data[i + 1]!]!,
    linearOfByte[data[i + 2]!]!,
  ];
  doubledOklab(r, g, b, lab);
  const chroma = Math.hypot(lab[1]!, lab[2]!) / 2;
  const hue = (Math.atan2(lab[2]!, lab[1]!) * 180) / Math.PI;
  return within(hue, SKIN.hue) * within(chroma, SKIN.chroma) * within(lab[0]!, SKIN.lightness);
}

/** 1 inside the range, falling to 0 outside it. */
function within(v: number, [low, high]: readonly [number, number]): number {
  const soft = SKIN.soft * (high - low);
  return Math.min(1, Math.max(0, Math.min(v - low, high - v) / soft + 1));
}
