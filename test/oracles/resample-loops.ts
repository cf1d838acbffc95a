// Resampling in linear light by plain loops: what the SIMD kernels are compared with.
import { createImage, hasTransparency, type Image, type Size } from '../../src/image.ts';
import { byteOfLinear, linearOfByte } from '../../src/tensor/colour/colour.ts';
import { type Axis, lanczosAxis, type Span } from '../../src/tensor/resample/axis.ts';
import type { Light } from '../../src/tensor/resample/light-rows.ts';
import type { Axes } from '../../src/tensor/resample/resample.ts';

/** The image in premultiplied linear light. */
export function lightOfImage(image: Image): Light {
  const { width, height, data } = image;
  const channels = hasTransparency(image) ? 4 : 3;
  const light = new Float32Array(channels * width * height);
  for (let i = 0, j = 0; i < data.length; i += 4, j += channels) {
    const alpha = data[i + 3]! / 255;
    for (let c = 0; c < 3; c++) light[j + c] = linearOfByte[data[i + c]!]! * alpha;
    if (channels === 4) light[j + 3] = alpha;
  }
  return { width, height, channels, data: light };
}

/** RGBA bytes of linear light; colours are divided by the opacity as it is, also beyond 0…1. */
export function imageOfLight({ width, height, channels, data }: Light): Image {
  const image = createImage({ width, height });
  for (let i = 0, j = 0; j < data.length; i += 4, j += channels) {
    const alpha = channels === 4 ? data[j + 3]! : 1;
    if (!(alpha > 0)) continue;
    for (let c = 0; c < 3; c++) image.data[i + c] = byteOfLinear(data[j + c]! / alpha);
    image.data[i + 3] = 255 * alpha;
  }
  return image;
}

/** Both directions, rows first. */
export function resampledByLoops(light: Light, { columns, rows }: Axes): Light {
  const { channels, width } = light;
  const stride = channels * width;
  const data = new Float32Array(channels * columns.to * rows.to);
  const sum = new Float32Array(stride);
  for (let y = 0; y < rows.to; y++) {
    sum.fill(0);
    for (const [row, weight] of tapsOf(rows, y)) {
      for (let i = 0; i < stride; i++) sum[i]! += weight * light.data[row * stride + i]!;
    }
    for (let x = 0; x < columns.to; x++) {
      for (let c = 0; c < channels; c++) {
        let value = 0;
        for (const [column, weight] of tapsOf(columns, x)) {
          value += weight * sum[channels * column + c]!;
        }
        data[channels * (y * columns.to + x) + c] = value;
      }
    }
  }
  return { width: columns.to, height: rows.to, channels, data };
}

function* tapsOf({ start, count, offset, weights }: Axis, output: number) {
  for (let k = 0; k < count[output]!; k++) {
    yield [start[output]! + k, weights[offset[output]! + k]!] as const;
  }
}

/** Means of blocks, the last ones of what is there. */
export function blockMeans(light: Light, factor: { x: number; y: number }): Light {
  const { channels, width, height } = light;
  const size = { width: Math.ceil(width / factor.x), height: Math.ceil(height / factor.y) };
  const data = new Float32Array(channels * size.width * size.height);
  const counts = new Float32Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = Math.floor(y / factor.y) * size.width + Math.floor(x / factor.x);
      counts[to]!++;
      for (let c = 0; c < channels; c++) {
        data[channels * to + c]! += light.data[channels * (y * width + x) + c]!;
      }
    }
  }
  for (let i = 0; i < data.length; i++) data[i]! /= counts[Math.floor(i / channels)]!;
  return { ...size, channels, data };
}

export type Scaling = Size & { crop?: { x: Span; y: Span } };

/** Lanczos-3, behind a box if more than sixteen pixels become one. */
export function scaledByLoops(light: Light, { width, height, crop }: Scaling): Light {
  const x = crop?.x ?? { begin: 0, length: light.width };
  const y = crop?.y ?? { begin: 0, length: light.height };
  const factor = { x: boxOf(x.length / width), y: boxOf(y.length / height) };
  const small = blockMeans(light, factor);
  return resampledByLoops(small, {
    columns: lanczosAxis(small.width, width, within(x, factor.x)),
    rows: lanczosAxis(small.height, height, within(y, factor.y)),
  });
}

const boxOf = (scale: number): number => Math.max(1, Math.floor(scale / 8));

const within = ({ begin, length }: Span, factor: number): Span => ({
  begin: begin / factor,
  length: length / factor,
});
