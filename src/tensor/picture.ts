// A picture between two steps: still the decoder's bytes, or a tensor, converted only when a step asks for another form.
import { type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import { createImage, hasTransparency, type Image, type Size } from '../image.ts';
import { byteOfLinear, codeOfLinear, linearOfByte, srgbToLinear } from './colour.ts';

/**
 * The forms a picture takes; alpha is dealt with here and nowhere else.
 * - `bytes`: RGBA8 as decoded, straight alpha, sRGB.
 * - `linear`: `[h, w, 3]`, or `[h, w, 4]` with premultiplied alpha; linear light, 0…1. What resampling works on.
 * - `coded`: `[h, w, 3]` straight sRGB-coded 0…1, alpha kept aside. What effects on colours work on.
 */
export type Picture = Size &
  (
    | { form: 'bytes'; image: Image; transparent: boolean }
    | { form: 'linear'; tensor: Tensor3D }
    | { form: 'coded'; tensor: Tensor3D; alpha: Float32Array | undefined }
  );

export type Coded = { tensor: Tensor3D; alpha: Float32Array | undefined };

/** Wraps decoded pixels; nothing is copied. */
export function fromImage(image: Image): Picture {
  const { width, height } = image;
  return { form: 'bytes', width, height, image, transparent: hasTransparency(image) };
}

/** Takes ownership of a linear-light tensor `[h, w, 3]`, or `[h, w, 4]` premultiplied. */
export function fromLinear(tensor: Tensor3D): Picture {
  const [height, width] = tensor.shape;
  return { form: 'linear', width, height, tensor };
}

/** Takes ownership of an sRGB-coded straight tensor `[h, w, 3]`, 0…1. `alpha` has `h · w` values 0…1. */
export function fromCoded({ tensor, alpha }: Coded): Picture {
  const [height, width] = tensor.shape;
  return { form: 'coded', width, height, tensor, alpha };
}

/** Frees the picture's tensor, if it has one. */
export function disposePicture(picture: Picture): void {
  if (picture.form !== 'bytes') picture.tensor.dispose();
}

/** 3, or 4 where the picture may be transparent. */
export function channelsOf(picture: Picture): 3 | 4 {
  if (picture.form === 'bytes') return picture.transparent ? 4 : 3;
  if (picture.form === 'linear') return picture.tensor.shape[2] === 4 ? 4 : 3;
  return picture.alpha ? 4 : 3;
}

/** sRGB-coded straight colour as a new tensor `[h, w, 3]`, 0…1, which the caller owns. */
export function codedOf(picture: Picture): Coded {
  if (picture.form === 'coded') return { tensor: picture.tensor.clone(), alpha: picture.alpha };
  const { width, height } = picture;
  const n = width * height;
  const colour = new Float32Array(3 * n);
  const alpha = channelsOf(picture) === 4 ? new Float32Array(n) : undefined;
  if (picture.form === 'bytes') {
    const { data } = picture.image;
    for (let i = 0, j = 0, p = 0; p < n; p++, i += 4, j += 3) {
      colour[j] = (data[i] as number) / 255;
      colour[j + 1] = (data[i + 1] as number) / 255;
      colour[j + 2] = (data[i + 2] as number) / 255;
      if (alpha) alpha[p] = (data[i + 3] as number) / 255;
    }
  } else {
    const data = picture.tensor.dataSync<'float32'>();
    const step = alpha ? 4 : 3;
    for (let i = 0, j = 0, p = 0; p < n; p++, i += step, j += 3) {
      const a = alpha ? clamp(data[i + 3] as number) : 1;
      if (alpha) alpha[p] = a;
      const scale = a > 0 ? 1 / a : 0;
      for (let c = 0; c < 3; c++) {
        colour[j + c] = codeOfLinear((data[i + c] as number) * scale);
      }
    }
  }
  return { tensor: tensor3d(colour, [height, width, 3]), alpha };
}

/** The picture as RGBA8, rounded to the nearest level. */
export function imageOf(picture: Picture): Image {
  if (picture.form === 'bytes') return picture.image;
  const image = createImage(picture);
  const out = image.data;
  const data = picture.tensor.dataSync<'float32'>();
  if (picture.form === 'coded') {
    const { alpha } = picture;
    for (let i = 0, j = 0, p = 0; i < out.length; i += 4, j += 3, p++) {
      // A clamped byte array rounds and clamps by itself.
      out[i] = 255 * (data[j] as number);
      out[i + 1] = 255 * (data[j + 1] as number);
      out[i + 2] = 255 * (data[j + 2] as number);
      out[i + 3] = alpha ? 255 * (alpha[p] as number) : 255;
    }
    return image;
  }
  const step = channelsOf(picture);
  for (let i = 0, j = 0; i < out.length; i += 4, j += step) {
    const a = step === 4 ? clamp(data[j + 3] as number) : 1;
    const scale = a > 0 ? 1 / a : 0;
    out[i] = byteOfLinear((data[j] as number) * scale);
    out[i + 1] = byteOfLinear((data[j + 1] as number) * scale);
    out[i + 2] = byteOfLinear((data[j + 2] as number) * scale);
    out[i + 3] = 255 * a;
  }
  return image;
}

/** Reads one row as linear light, premultiplied where there is alpha: `width · channels` floats. The row is valid until the next call. */
export type RowReader = Size & { channels: 3 | 4; row: (y: number) => Float32Array };

/** Rows of the picture in linear light without converting it as a whole. */
export function readRows(picture: Picture): RowReader {
  const { width, height } = picture;
  const channels = channelsOf(picture);
  if (picture.form === 'coded') return readCodedRows(picture);
  if (picture.form === 'linear') {
    const data = picture.tensor.dataSync<'float32'>();
    const stride = width * channels;
    return { width, height, channels, row: (y) => data.subarray(y * stride, (y + 1) * stride) };
  }
  const { data } = picture.image;
  const buffer = new Float32Array(width * channels);
  return {
    width,
    height,
    channels,
    row(y) {
      const end = 4 * width * (y + 1);
      if (channels === 3) {
        for (let i = 4 * width * y, j = 0; i < end; i += 4, j += 3) {
          buffer[j] = linearOfByte[data[i] as number] as number;
          buffer[j + 1] = linearOfByte[data[i + 1] as number] as number;
          buffer[j + 2] = linearOfByte[data[i + 2] as number] as number;
        }
        return buffer;
      }
      for (let i = 4 * width * y, j = 0; i < end; i += 4, j += 4) {
        const a = (data[i + 3] as number) / 255;
        buffer[j] = (linearOfByte[data[i] as number] as number) * a;
        buffer[j + 1] = (linearOfByte[data[i + 1] as number] as number) * a;
        buffer[j + 2] = (linearOfByte[data[i + 2] as number] as number) * a;
        buffer[j + 3] = a;
      }
      return buffer;
    },
  };
}

function readCodedRows(picture: Size & Coded): RowReader {
  const { width, height, alpha } = picture;
  const channels = alpha ? 4 : 3;
  const data = picture.tensor.dataSync<'float32'>();
  const buffer = new Float32Array(width * channels);
  return {
    width,
    height,
    channels,
    row(y) {
      for (let x = 0, p = y * width, j = 0; x < width; x++, p++, j += channels) {
        const a = alpha ? (alpha[p] as number) : 1;
        for (let c = 0; c < 3; c++) {
          buffer[j + c] = srgbToLinear(clamp(data[3 * p + c] as number)) * a;
        }
        if (alpha) buffer[j + 3] = a;
      }
      return buffer;
    },
  };
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));
