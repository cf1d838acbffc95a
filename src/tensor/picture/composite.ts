// Puts a picture on a coloured canvas, in linear light.
import { createImage, type Image, type Size } from '../../image.ts';
import { byteOfLinear, linearOfByte } from '../colour/colour.ts';
import { eachRow, imageTarget, type LightTarget } from '../resample/light-rows.ts';

/** Premultiplied linear-light colour. */
export type Colour = { r: number; g: number; b: number; a: number };

/** Reads 3, 4, 6 or 8 hexadecimal digits; the caller has checked the form. */
export function parseColour(hex: string): Colour {
  const long = hex.length <= 4 ? [...hex].map((c) => c + c).join('') : hex;
  const byte = (i: number): number => Number.parseInt(long.slice(i, i + 2), 16);
  const a = long.length === 8 ? byte(6) / 255 : 1;
  const channel = (i: number): number => linearOfByte[byte(i)]! * a;
  return { r: channel(0), g: channel(2), b: channel(4), a };
}

/** Where a picture lies on a coloured canvas: in whole pixels, inside it. */
export type Placing = { offset: { x: number; y: number }; background: Colour };

/** A canvas of one colour. */
export function filledCanvas(size: Size, { r, g, b, a }: Colour): Image {
  const canvas = createImage(size);
  const straight = [r, g, b].map((v) => byteOfLinear(a > 0 ? v / a : 0));
  const pixel = Uint8Array.from([...straight, Math.round(255 * a)]);
  const colour = new Uint32Array(pixel.buffer)[0]!;
  new Uint32Array(canvas.data.buffer).fill(colour);
  return canvas;
}

/** Writes a picture of rows of `channels` over the canvas' colour, which must fill the canvas. The result is opaque if the colour is. */
export function canvasTarget(
  canvas: Image,
  channels: 3 | 4,
  { offset, background: { r, g, b, a } }: Placing,
): LightTarget {
  const target = imageTarget(canvas, channels);
  return {
    roomFor: (columns, rows) => 16 + target.roomFor(columns, rows),
    write(module, y, { first, end }, { room, ...places }) {
      if (channels === 4) {
        module.floats.set([r, g, b, a], room / 4);
        eachRow(y, { room, ...places }, (_, { row }) => {
          module.calls.coverRow4(row, end - first, room);
        });
      }
      const columns = { first: first + offset.x, end: end + offset.x };
      target.write(module, y + offset.y, columns, { ...places, room: room + 16 });
    },
  };
}
