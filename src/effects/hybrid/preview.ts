// Previews of a hybrid: halvings side by side, and the view from afar.
import type { Size } from '../../image.ts';
import { channelsOf, fromLinear, type Picture } from '../../tensor/picture/picture.ts';
import { linearOf, readRows } from '../../tensor/picture/read-rows.ts';
import { scaleTo } from '../../tensor/resample/scale.ts';
import { eachBand, type Pace } from '../../timing.ts';

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

// Estimated nanoseconds per pixel of the strip.
const NS_PER_PIXEL = 3;

/** The picture and its halvings in linear light, bottoms aligned, on white; a new picture. */
export async function pyramid(picture: Picture, pace: Pace): Promise<Picture> {
  const strip = pyramidSize(picture);
  const whole = fromLinear(await linearOf(picture, pace));
  const channels = channelsOf(whole);
  const data = new Float32Array(strip.width * strip.height * channels).fill(1);
  for (const { left, width, height } of halvings(picture)) {
    const { row } = readRows(await scaleTo(whole, { width, height }, pace));
    await eachBand({ count: height, ns: NS_PER_PIXEL * width }, pace, (first, end) => {
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
  return scaleTo(await scaleTo(picture, seen, pace), { width, height }, pace);
}
