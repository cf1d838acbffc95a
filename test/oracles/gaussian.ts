// A Gaussian blur by its definition, in double precision: what the kernels' blur is compared with.

import { createImage, type Image } from '../../src/image.ts';
import { byteOfLinear } from '../../src/tensor/colour/colour.ts';
import { lightOfImage } from './resample-loops.ts';

/** The image blurred in premultiplied linear light, out to five sigmas; pixels outside have no weight. */
export function gaussianOf(image: Image, sigma: number): Image {
  const { width, height, channels, data } = lightOfImage(image);
  const size = { width, height };
  const down = blurredLines(Float64Array.from(data), sigma, { ...size, channels, along: 'y' });
  const both = blurredLines(down, sigma, { ...size, channels, along: 'x' });
  const result = createImage(size);
  for (let i = 0, j = 0; j < both.length; i += 4, j += channels) {
    const alpha = channels === 4 ? both[j + 3]! : 1;
    if (alpha <= 0) continue;
    for (let c = 0; c < 3; c++) result.data[i + c] = byteOfLinear(both[j + c]! / alpha);
    result.data[i + 3] = 255 * alpha;
  }
  return result;
}

function blurredLines(
  values: Float64Array,
  sigma: number,
  {
    width,
    height,
    channels,
    along,
  }: Record<'width' | 'height' | 'channels', number> & {
    along: 'x' | 'y';
  },
): Float64Array {
  const reach = Math.ceil(5 * sigma);
  const kernel = Array.from({ length: reach + 1 }, (_, d) => Math.exp(-0.5 * (d / sigma) ** 2));
  const out = new Float64Array(values.length);
  const [length, step] = along === 'x' ? [width, channels] : [height, width * channels];
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / step) % length;
    let [sum, weights] = [0, 0];
    for (let d = -Math.min(reach, at); d <= Math.min(reach, length - 1 - at); d++) {
      sum += kernel[Math.abs(d)]! * values[i + d * step]!;
      weights += kernel[Math.abs(d)]!;
    }
    out[i] = sum / weights;
  }
  return out;
}
