// Ways to look at a hybrid: halvings side by side, from afar, or one of its two bands alone.
import { tensor3d } from '@tensorflow/tfjs-core';
import type { Size } from '../image.ts';
import { disposePicture, fromLinear, type Picture, readRows } from '../tensor/picture.ts';
import { scaleTo } from '../tensor/scale.ts';

const HALVINGS = 5;

/** Left edge and size of the picture and its halvings, standing side by side. */
function halvings({ width, height }: Size) {
  const places: (Size & { left: number })[] = [];
  let left = 0;
  for (let i = 0; i < HALVINGS; i++) {
    const size = { width: Math.max(1, width >> i), height: Math.max(1, height >> i) };
    places.push({ ...size, left });
    left += size.width;
  }
  return places;
}

/** Size of `pyramid`'s strip. */
export function pyramidSize(size: Size): Size {
  const last = halvings(size).at(-1) as Size & { left: number };
  return { width: last.left + last.width, height: size.height };
}

/** The picture and its halvings in linear light, bottoms aligned, on white; a new picture. */
export function pyramid(picture: Picture): Picture {
  const strip = pyramidSize(picture);
  const channels = readRows(picture).channels;
  const out = new Float32Array(strip.width * strip.height * channels).fill(1);
  for (const { left, width, height } of halvings(picture)) {
    const small = scaleTo(picture, { width, height });
    const rows = readRows(small);
    for (let y = 0; y < height; y++) {
      out.set(rows.row(y), ((strip.height - height + y) * strip.width + left) * channels);
    }
    disposePicture(small);
  }
  return fromLinear(tensor3d(out, [strip.height, strip.width, channels]));
}

/** The picture as it looks from `distance` times as far away, at its own size; a new picture. */
export function fromAfar(picture: Picture, distance: number): Picture {
  const { width, height } = picture;
  const seen = {
    width: Math.max(1, Math.round(width / distance)),
    height: Math.max(1, Math.round(height / distance)),
  };
  const small = scaleTo(picture, seen);
  const large = scaleTo(small, { width, height });
  disposePicture(small);
  return large;
}
