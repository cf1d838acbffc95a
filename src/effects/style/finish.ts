// Finishes a painted picture: the content's size, the content's opacity and, on request, the content's colours.
import { createImage, type Image, type Size } from '../../image.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import { type PixelModule, type PixelWork, placed } from '../../tensor/pixel-kernels.ts';
import type { LightSource } from '../../tensor/resample/light-rows.ts';
import { sized } from './planes.ts';

export type Colours = 'style' | 'content';

/** Addresses in the memory of the pixel kernels: of the content's row in bytes, of the painted row, and of working memory. */
export type PaintPlaces = { content: number; coded: number; room: number };

/** An opaque painted picture of the content's size, read row by row from first to last. */
export type Paint = {
  /** Bytes of working memory. */
  room: number;
  /** Called before the first row, and when other work may have used the memory. */
  prepare?: (module: PixelModule, room: number) => void;
  /** Writes row `y` as sRGB-coded colours, 12 bytes a pixel, at most slightly outside 0…1. */
  write: (module: PixelModule, y: number, at: PaintPlaces) => void;
};

export type Finish = {
  content: Image;
  colours: Colours;
  /** Opacity of the paint over the content, 0…1; 1 unless given. */
  cover?: number;
};

/** An opaque picture as paint, scaled to the content's size. */
export async function picturePaint(
  painted: LightSource,
  to: Size,
  work: PixelWork,
): Promise<Paint> {
  const { width, channels, data } = await sized(painted, to, work);
  return {
    room: 0,
    write({ floats }, y, { coded }) {
      let at = coded / 4;
      for (let x = 0, i = y * width * channels; x < width; x++, i += channels, at += 3) {
        for (let c = 0; c < 3; c++) floats[at + c] = codeOfLinear(data[i + c]!);
      }
    },
  };
}

/** The painted picture with the content's opacity; with `colours: 'content'` it only takes the paint's lightness. */
export async function finished(
  paint: Paint,
  { content, colours, cover = 1 }: Finish,
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const image = createImage({ width: content.width, height: content.height });
  const { width, height } = image;
  const module = kernels();
  const { calls, bytes } = module;
  // Four pixels are recoloured at a time.
  const pixels = width + 4;
  const sizes = { content: 4 * pixels, coded: 12 * pixels, out: 4 * pixels, room: paint.room };
  const at = placed(sizes, module);
  if (!at) throw new RangeError('style: a row does not fit into the memory');
  const colour = colours === 'content' ? calls.recolourRow : calls.codedRow;
  paint.prepare?.(module, at.room);
  for (let y = 0; y < height; y++) {
    const row = 4 * width * y;
    bytes.set(content.data.subarray(row, row + 4 * width), at.content);
    paint.write(module, y, at);
    colour(at.coded, at.content, at.out, width);
    if (cover < 1) calls.fadeRow(at.out, at.content, at.out, width, cover);
    image.data.set(bytes.subarray(at.out, at.out + 4 * width), row);
    const wait = pace(1 / height);
    if (!wait) continue;
    await wait;
    paint.prepare?.(module, at.room);
  }
  return image;
}
