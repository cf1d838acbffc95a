// BlurHash: a placeholder of some 28 characters, without transparency.
//
// The package `blurhash` is not used: it scales by the largest coefficient instead of the largest magnitude, which flattens pictures
// that get brighter to the right or to the bottom.
import type { Image, Size } from '../../image.ts';
import { linearToSrgb, srgbToLinear } from '../../srgb.ts';
import { enlarge } from './enlarge.ts';

/** Longest side of a picture that can be hashed, in pixels. */
export const BLURHASH_EDGE = 64;

/** Largest ratio of the sides with which a picture counts as square. */
const SQUARE = 1.1;

const DIGITS =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

type Colour = [red: number, green: number, blue: number];

/**
 * The picture's BlurHash, with 4×3 components for landscape, 3×4 for portrait and 4×4 for nearly square pictures. Transparent pixels are
 * laid on white. Throws `RangeError` for sides of more than 64 px.
 */
export function blurhashOf(image: Image): string {
  const { width, height } = image;
  if (Math.max(width, height) > BLURHASH_EDGE) {
    throw new RangeError(`blurhash: expected sides of at most 64 px, got ${width}×${height}`);
  }
  const components = {
    width: height > SQUARE * width ? 3 : 4,
    height: width > SQUARE * height ? 3 : 4,
  };
  const times = {
    width: Math.floor(BLURHASH_EDGE / width),
    height: Math.floor(BLURHASH_EDGE / height),
  };
  const [mean, ...waves] = coefficients(enlarge(image, times), components) as [Colour, ...Colour[]];
  const largest = Math.max(...waves.flat().map(Math.abs));
  const step = clamp(Math.floor(largest * 166 - 0.5), 82);
  return [
    base83(components.width - 1 + 9 * (components.height - 1), 1),
    base83(step, 1),
    base83(packed(mean.map(toLevel), 256), 4),
    ...waves.map((wave) =>
      base83(
        packed(
          wave.map((v) => toStep(v / ((step + 1) / 166))),
          19,
        ),
        2,
      ),
    ),
  ].join('');
}

/** Amplitudes of the cosines in linear light, row by row; the first is the mean. */
function coefficients({ width, height, data }: Image, components: Size): Colour[] {
  const across = cosines(width, components.width);
  const down = cosines(height, components.height);
  const sums = Array.from(
    { length: components.width * components.height },
    (): Colour => [0, 0, 0],
  );
  for (let y = 0; y < height; y++) {
    const rows = across.map((): Colour => [0, 0, 0]);
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const white = 255 - data[at + 3]!;
      for (let c = 0; c < 3; c++) {
        const light = LIGHT[Math.round((data[at + c]! * (255 - white)) / 255 + white)]!;
        rows.forEach((row, i) => {
          row[c] = row[c]! + light * across[i]![x]!;
        });
      }
    }
    sums.forEach((sum, k) => {
      const wave = down[Math.floor(k / components.width)]![y]!;
      const row = rows[k % components.width]!;
      for (let c = 0; c < 3; c++) sum[c] = sum[c]! + wave * row[c]!;
    });
  }
  return sums.map((sum, k) => sum.map((v) => ((k ? 2 : 1) * v) / (width * height)) as Colour);
}

const cosines = (length: number, count: number): number[][] =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length }, (_, x) => Math.cos((Math.PI * i * x) / length)),
  );

const LIGHT = Array.from({ length: 256 }, (_, level) => srgbToLinear(level / 255));

/** sRGB level, 0…255, of linear light 0…1. */
function toLevel(light: number): number {
  return Math.round(255 * linearToSrgb(clamp(light, 1)));
}

/** Quantises a coefficient, −1…1 of the largest one, to 19 steps. */
const toStep = (share: number): number =>
  clamp(Math.floor(Math.sign(share) * Math.sqrt(Math.abs(share)) * 9 + 9.5), 18);

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));

const packed = (values: number[], base: number): number =>
  values.reduce((sum, value) => sum * base + value, 0);

function base83(value: number, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i++) {
    text = DIGITS.charAt(rest % 83) + text;
    rest = Math.floor(rest / 83);
  }
  return text;
}
