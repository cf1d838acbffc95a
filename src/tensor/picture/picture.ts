// A picture between two steps: still the decoder's bytes, linear light, or a tensor, converted only when a step asks for another form.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { createImage, hasTransparency, type Image, type Size } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { byteOfLinear } from '../colour/colour.ts';

/** Linear light 0…1, row by row: three values a pixel, or four with premultiplied alpha. */
export type Linear = Size & { channels: 3 | 4; data: Float32Array };

/**
 * The forms a picture takes; alpha is handled only here and in `read-rows.ts`.
 * - `bytes`: RGBA8 as decoded, straight alpha, sRGB.
 * - `linear`: what resampling works on. No tensor: a copy into the backend's heap and back takes as long as a resize.
 * - `coded`: `[h, w, 3]` straight sRGB-coded 0…1, alpha kept aside. What fitting works on.
 */
export type Picture = Size &
  (
    | { form: 'bytes'; image: Image; transparent: boolean }
    | ({ form: 'linear' } & Linear)
    | ({ form: 'coded' } & Coded)
  );

export type Coded = { tensor: Tensor3D; alpha: Float32Array | undefined };

/** Wraps decoded pixels; nothing is copied. */
export function fromImage(image: Image): Picture {
  const { width, height } = image;
  return { form: 'bytes', width, height, image, transparent: hasTransparency(image) };
}

/** Takes over linear light; nothing is copied. */
export const fromLinear = ({ width, height, channels, data }: Linear): Picture => ({
  form: 'linear',
  width,
  height,
  channels,
  data,
});

/** Takes ownership of an sRGB-coded straight tensor `[h, w, 3]`, 0…1. `alpha` has `h · w` values 0…1. */
export function fromCoded({ tensor, alpha }: Coded): Picture {
  const [height, width] = tensor.shape;
  return { form: 'coded', width, height, tensor, alpha };
}

/** Frees the picture's tensor, if it has one. */
export function disposePicture(picture: Picture): void {
  if (picture.form === 'coded') picture.tensor.dispose();
}

/** 3, or 4 if the picture may be transparent. */
export function channelsOf(picture: Picture): 3 | 4 {
  if (picture.form === 'linear') return picture.channels;
  return (picture.form === 'bytes' ? picture.transparent : picture.alpha) ? 4 : 3;
}

type CodedValues = { colour: Float32Array; alpha: Float32Array | undefined };

/** The picture as RGBA8, rounded to the nearest level. Reports nothing to the pace if it already is. */
export async function imageOf(picture: Picture, pace: Pace): Promise<Image> {
  if (picture.form === 'bytes') return picture.image;
  const image = createImage(picture);
  const count = picture.width * picture.height;
  if (picture.form === 'coded') {
    const { alpha } = picture;
    const colour = picture.tensor.dataSync<'float32'>();
    await eachBand(count, pace, (first, end) =>
      bytesOfCoded({ colour, alpha }, image.data, first, end),
    );
  } else {
    await eachBand(count, pace, (first, end) => bytesOfLinear(picture, image.data, first, end));
  }
  return image;
}

function bytesOfCoded(
  { colour, alpha }: CodedValues,
  out: Uint8ClampedArray,
  first: number,
  end: number,
): void {
  for (let p = first, i = 4 * first, j = 3 * first; p < end; p++, i += 4, j += 3) {
    // Assigning to a clamped byte array rounds and clamps.
    out[i] = 255 * colour[j]!;
    out[i + 1] = 255 * colour[j + 1]!;
    out[i + 2] = 255 * colour[j + 2]!;
    out[i + 3] = alpha ? 255 * alpha[p]! : 255;
  }
}

/** Linear light as RGBA8, pixels `first…end`. */
export function bytesOfLinear(
  { data, channels }: Pick<Linear, 'data' | 'channels'>,
  out: Uint8ClampedArray,
  first: number,
  end: number,
): void {
  for (let i = 4 * first, j = channels * first; i < 4 * end; i += 4, j += channels) {
    const a = channels === 4 ? clamp(data[j + 3]!) : 1;
    const scale = a > 0 ? 1 / a : 0;
    out[i] = byteOfLinear(data[j]! * scale);
    out[i + 1] = byteOfLinear(data[j + 1]! * scale);
    out[i + 2] = byteOfLinear(data[j + 2]! * scale);
    out[i + 3] = 255 * a;
  }
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));
