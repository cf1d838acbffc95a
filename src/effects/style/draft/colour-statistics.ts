// Gives a picture the mean and covariance of other pictures' colours, so that the descent begins near the style.
import type { Rgb } from '../../../nets/rgb.ts';

type Statistics = { mean: Float64Array /** [3, 3], not centred. */; products: Float64Array };

/** Added to variances, so that flat pictures have an inverse; colours are 0…1. */
const TINY = 1e-4;

/** The picture with the statistics of the mixture of the others, whose weights add up to 1. */
export function withColoursOf(
  picture: Rgb,
  others: readonly { picture: Rgb; weight: number }[],
): Rgb {
  const mixed: Statistics = { mean: new Float64Array(3), products: new Float64Array(9) };
  for (const { picture: other, weight } of others) {
    const { mean, products } = statisticsOf(other);
    for (let i = 0; i < 3; i++) mixed.mean[i]! += weight * mean[i]!;
    for (let i = 0; i < 9; i++) mixed.products[i]! += weight * products[i]!;
  }
  const own = statisticsOf(picture);
  const [from, to] = [rootOf(own), rootOf(mixed)];
  const data = new Float32Array(picture.data.length);
  const white = new Float64Array(3);
  for (let p = 0; p < data.length; p += 3) {
    for (let r = 0; r < 3; r++) {
      let value = picture.data[p + r]! - own.mean[r]!;
      for (let k = 0; k < r; k++) value -= from[3 * r + k]! * white[k]!;
      white[r] = value / from[4 * r]!;
    }
    for (let r = 0; r < 3; r++) {
      let value = mixed.mean[r]!;
      for (let k = 0; k <= r; k++) value += to[3 * r + k]! * white[k]!;
      data[p + r] = Math.min(1, Math.max(0, value));
    }
  }
  return { ...picture, data };
}

function statisticsOf({ data }: Rgb): Statistics {
  const count = data.length / 3;
  const mean = new Float64Array(3);
  const products = new Float64Array(9);
  for (let p = 0; p < data.length; p += 3) {
    for (let i = 0; i < 3; i++) {
      mean[i]! += data[p + i]! / count;
      for (let j = 0; j < 3; j++) products[3 * i + j]! += (data[p + i]! * data[p + j]!) / count;
    }
  }
  return { mean, products };
}

/** Cholesky's root of the covariance: lower triangular, [3, 3]. */
function rootOf({ mean, products }: Statistics): Float64Array {
  const root = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let value = products[3 * i + j]! - mean[i]! * mean[j]! + (i === j ? TINY : 0);
      for (let k = 0; k < j; k++) value -= root[3 * i + k]! * root[3 * j + k]!;
      root[3 * i + j] = i === j ? Math.sqrt(Math.max(value, TINY / 10)) : value / root[4 * j]!;
    }
  }
  return root;
}
