// Previews of a hybrid: halvings side by side, and the view from afar.
import type { Size } from '../../image.ts';
import { channelsOf, fromLinear, type Picture } from '../../tensor/picture/picture.ts';
import { linearOf, readRows } from '../../tensor/picture/read-rows.ts';
import { scaleTo } from '../../tensor/resample/scale.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

const HALVINGS = 5;

/** Left edge and size of the picture and its halvings, side by side. */
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

/** Rough shares of converting the picture to linear light, and of halving it and of placing all sizes in the strip. */
const SHARES = { convert: 0.2, halve: 0.6, place: 0.2 };

/** The picture and its halvings in linear light, bottoms aligned, on white; a new picture. */
export async function pyramid(picture: Picture, pace: Pace): Promise<Picture> {
  const strip = pyramidSize(picture);
  const whole = fromLinear(await linearOf(picture, portion(pace, SHARES.convert)));
  const channels = channelsOf(whole);
  const data = new Float32Array(strip.width * strip.height * channels).fill(1);
  const places = halvings(picture);
  const area = places.reduce((sum, { width, height }) => sum + width * height, 0);
  for (const { left, width, height } of places) {
    const pass = portion(pace, (width * height) / area);
    const { row } = readRows(await scaleTo(whole, { width, height }, portion(pass, SHARES.halve)));
    await eachBand(height, portion(pass, SHARES.place), (first, end) => {
      for (let y = first; y < end; y++) {
        data.set(row(y), ((strip.height - height + y) * strip.width + left) * channels);
      }
    });
  }
  return fromLinear({ ...strip, channels, data });
}

/** The picture as it looks from `distance` times as far away, at its own size; a new picture. */
export async function fromAfar(picture: Picture, distance: number, pace: Pace): Promise<Picture> {
  const { width, height } = picture;
  const seen = {
    width: Math.max(1, Math.round(width / distance)),
    height: Math.max(1, Math.round(height / distance)),
  };
  const half = portion(pace, 0.5);
  return scaleTo(await scaleTo(picture, seen, half), { width, height }, half);
}
