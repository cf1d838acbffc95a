// Measures shrinking inside workerd: our step, and two ways to do it with tensor kernels.
import {
  avgPool,
  matMul,
  reshape,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tensor3d,
  image as tfImage,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { effects } from '../../src/effects/index.ts';
import { createImage, type Image, unshrunk } from '../../src/image.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { byteOfLinear, linearOfByte } from '../../src/tensor/colour/colour.ts';
import { type Axis, lanczosAxis } from '../../src/tensor/resample/axis.ts';
import { noPace } from '../../src/timing.ts';
import { kernels, pixelsOf, time } from './engine.ts';

export type Way = 'step' | 'dense product' | 'pool and bilinear';

/** Linear light of the shrunk picture, `to × to × 3`. Square pictures only. */
type Shrink = (image: Image, to: number) => Float32Array | Promise<Float32Array>;

const ways: Record<Way, Shrink> = {
  async step(image, to) {
    const { effect, params } = parsePlan([`w=${to}`], effects).steps[0]!;
    const picture = image;
    const shrunk = unshrunk(image);
    const context = {
      picture,
      shrunk,
      inputs: {},
      params,
      reports: false,
      kernels,
      pace: noPace,
      vectors: {},
      model: () => Promise.reject(new Error('no model is needed')),
    };
    const result = await effect.run(context);
    return linearOf(result.picture);
  },
  // The same Lanczos weights as a dense matrix, applied to the columns and, after a transposition, to the rows.
  'dense product': (image, to) =>
    read(() => {
      const weights = denseMatrix(lanczosAxis(image.width, to));
      const size = image.width;
      const down = matMul(weights, reshape(linearTensor(image), [size, 3 * size])); // [to, size · 3]
      const turned = reshape(transpose(reshape(down, [to, size, 3]), [1, 0, 2]), [size, 3 * to]);
      const across = reshape(matMul(weights, turned as Tensor2D), [to, to, 3]); // x, y, c
      return transpose(across, [1, 0, 2]) as Tensor3D;
    }),
  'pool and bilinear': (image, to) =>
    read(() => {
      const factor = Math.floor(image.width / to);
      const pooled = avgPool(linearTensor(image), factor, factor, 'valid');
      return pooled.shape[0] === to
        ? pooled
        : tfImage.resizeBilinear(pooled, [to, to], false, true);
    }),
};

function read(make: () => Tensor3D): Float32Array {
  const tensor = tidy(make);
  const values = tensor.dataSync<'float32'>().slice();
  tensor.dispose();
  return values;
}

/** Linear light of an opaque image, three values a pixel. */
function linearOf({ width, height, data }: Image): Float32Array {
  const values = new Float32Array(3 * width * height);
  for (let i = 0, j = 0; j < values.length; i += 4, j += 3) {
    for (let c = 0; c < 3; c++) values[j + c] = linearOfByte[data[i + c]!]!;
  }
  return values;
}

const linearTensor = (image: Image): Tensor3D =>
  tensor3d(linearOf(image), [image.height, image.width, 3]);

function denseMatrix({ from, to, start, count, offset, weights }: Axis): Tensor2D {
  const dense = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    const taps = weights.subarray(offset[i]!, offset[i]! + count[i]!);
    dense.set(taps, i * from + start[i]!);
  }
  return tensor2d(dense, [to, from]);
}

// workerd's clock moves in whole milliseconds, so a sample is the mean of several runs.
const REPEAT = 5;

/** Milliseconds from the decoded picture to linear light in the new size. */
async function shrink(options: { way: Way; file: string; to: number }): Promise<{ ms: number }> {
  const image = await pixelsOf(options.file, 'jpeg');
  const ms = await time(async () => {
    for (let i = 0; i < REPEAT; i++) await ways[options.way](image, options.to);
  });
  return { ms: ms / REPEAT };
}

export type Quality = { aliasing: number; kept: number };

/**
 * What a way does to frequencies. `aliasing`: the standard deviation of a shrunk zone plate in the part whose frequency is 1.2
 * to 3 times the result's Nyquist frequency, relative to the source; 0 is right. `kept`: the same for a grating at half the
 * result's Nyquist frequency; 1 is right.
 */
async function quality({
  way,
  size,
  to,
}: {
  way: Way;
  size: number;
  to: number;
}): Promise<Quality> {
  const limit = to / (2 * size); // cycles per source pixel
  const plate = await ways[way](zonePlate(size), to);
  const beyond: number[] = [];
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < to; x++) {
      const r = Math.hypot(x + 0.5 - to / 2, y + 0.5 - to / 2) * (size / to);
      const relative = r / size / limit;
      if (relative > 1.2 && relative < 3) beyond.push(plate[3 * (y * to + x)]!);
    }
  }
  const grating = paintGrey(size, (x) => Math.cos(Math.PI * limit * x));
  const lines = (await ways[way](grating, to)).filter((_, i) => i % 3 === 0);
  const source = 0.5 / Math.SQRT2;
  return { aliasing: deviation(beyond) / source, kept: deviation([...lines]) / source };
}

function deviation(values: number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

/** A cosine whose frequency at radius r is r / size cycles per pixel. */
const zonePlate = (size: number): Image =>
  paintGrey(size, (x, y) =>
    Math.cos((Math.PI * ((x - size / 2) ** 2 + (y - size / 2) ** 2)) / size),
  );

/** A grey picture in linear light; `wave` is a function of the pixel's centre, -1…1. */
function paintGrey(size: number, wave: (x: number, y: number) => number): Image {
  const image = createImage({ width: size, height: size });
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 4) {
      const level = byteOfLinear(0.5 + 0.5 * wave(x + 0.5, y + 0.5));
      image.data.set([level, level, level, 255], i);
    }
  }
  return image;
}

export const resizeMeasurements = { shrink, quality };
