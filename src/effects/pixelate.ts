// Pixelation: each cell of a grid is filled with its mean colour.
import {
  avgPool,
  div,
  floor,
  reshape,
  type Tensor3D,
  tensor4d,
  image as tfImage,
  tidy,
  tile,
} from '@tensorflow/tfjs-core';
import * as z from 'zod';
import type { Size } from '../image.ts';
import { boxAxis } from '../tensor/axis.ts';
import { disposePicture, fromCoded, fromImage, imageOf, type Picture } from '../tensor/picture.ts';
import { repeatPixels } from '../tensor/repeat-pixels.ts';
import { resample } from '../tensor/resample.ts';
import { defineEffect, type ParamsOf } from './effect.ts';

const cells = (name: string) =>
  z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      `${name} of the grid; the other side follows the picture's shape. At most one cell a pixel.`,
    )
    .meta({ unit: 'cells', ui: { min: 4, max: 160 } });

const params = {
  block: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Block edge; 16 unless columns or rows is given.')
    .meta({ unit: 'px', default: 16, ui: { min: 2, max: 64 } }),
  columns: cells('Columns'),
  rows: cells('Rows'),
  upscale: z
    .boolean()
    .default(true)
    .describe("true: the picture's own size with hard edges; false: one pixel per cell."),
  mode: z
    .enum(['mean', 'reference'])
    .default('mean')
    .describe(
      'reference: the original recipe, a 16×12 grey picture of 8×8 means of a 128×96 bilinear reduction.',
    ),
};

type Params = ParamsOf<typeof params>;

const REFERENCE = { width: 16, height: 12 };

export const pixelate = defineEffect({
  name: 'pixelate',
  summary: 'Fill each block with its mean colour, averaged in linear light.',
  examples: [
    { plan: 'pixelate,block=16', source: 'landscape.jpg' },
    { plan: 'pixelate,columns=48', source: 'bust.jpg' },
    { plan: 'w=128,h=96,fit=cover/pixelate,block=8', source: 'landscape.jpg' },
    { plan: 'pixelate,block=16', source: 'sticker.png' },
  ],
  params,
  check({ block, columns, rows, upscale, mode }) {
    if (block !== undefined && (columns !== undefined || rows !== undefined)) {
      return 'block: expected either block or columns and rows, got both';
    }
    if (
      mode === 'reference' &&
      (block !== undefined || columns !== undefined || rows !== undefined || !upscale)
    ) {
      return 'mode: expected reference alone, its grid is fixed';
    }
    return undefined;
  },
  size: (input, options) => {
    if (options.mode === 'reference') return REFERENCE;
    if (options.upscale) return { width: input.width, height: input.height };
    const { x, y } = grid(input, options);
    return { width: x.length - 1, height: y.length - 1 };
  },
  cost: ({ width, height }, { upscale }) => ({
    ops: (upscale ? 12 : 9) * width * height,
    bytes: (upscale ? 4 : 0) * width * height,
  }),
  run({ picture, params: options }) {
    if (options.mode === 'reference') return { picture: reference(picture) };
    const { x, y } = grid(picture, options);
    const small = resample(picture, {
      columns: boxAxis(picture.width, x),
      rows: boxAxis(picture.height, y),
    });
    if (!options.upscale) return { picture: small };
    const large = repeatPixels(imageOf(small), { columns: cellOfPixel(x), rows: cellOfPixel(y) });
    disposePicture(small);
    return { picture: fromImage(large) };
  },
});

/** Cell borders in pixels; a block grid ends with a partial cell, a columns and rows grid divides evenly. */
function grid(
  { width, height }: Size,
  { block, columns, rows }: Params,
): { x: number[]; y: number[] } {
  if (columns === undefined && rows === undefined) {
    const size = block ?? 16;
    return { x: blockEdges(width, size), y: blockEdges(height, size) };
  }
  const across = Math.min(
    width,
    columns ?? Math.max(1, Math.round(((rows as number) * width) / height)),
  );
  const down = Math.min(
    height,
    rows ?? Math.max(1, Math.round(((columns as number) * height) / width)),
  );
  return { x: evenEdges(width, across), y: evenEdges(height, down) };
}

const evenEdges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => (i * length) / count);

function blockEdges(length: number, block: number): number[] {
  const edges = evenEdges(block * Math.ceil(length / block), Math.ceil(length / block));
  edges[edges.length - 1] = length;
  return edges;
}

/** For each pixel the cell that its centre lies in. */
function cellOfPixel(edges: number[]): Int32Array {
  let cell = 0;
  return Int32Array.from({ length: edges.at(-1) as number }, (_, pixel) => {
    while (pixel + 0.5 >= (edges[cell + 1] as number)) cell++;
    return cell;
  });
}

/** The original recipe (`mode=reference`): bilinear to 128×96 at half-pixel centres without a low-pass, mean of 8×8, truncated to whole levels; grey, gamma-coded. */
function reference(picture: Picture): Picture {
  const { width, height, data } = imageOf(picture);
  const grey = new Float32Array(width * height);
  for (let i = 0, p = 0; p < grey.length; i += 4, p++) {
    // Whole levels, as a decoder that is asked for grey gives them; 0.299 and its kin do not add up to one in floats.
    grey[p] = Math.round(
      0.299 * (data[i] as number) +
        0.587 * (data[i + 1] as number) +
        0.114 * (data[i + 2] as number),
    );
  }
  const tensor = tidy(() => {
    const levels = tensor4d(grey, [1, height, width, 1]);
    const small = tfImage.resizeBilinear(levels, [96, 128], false, true); // [1, 96, 128, 1]
    const means = floor(avgPool(small, 8, 8, 'valid')); // [1, 12, 16, 1]
    return tile(
      reshape(div(means, 255), [REFERENCE.height, REFERENCE.width, 1]),
      [1, 1, 3],
    ) as Tensor3D;
  });
  return fromCoded({ tensor, alpha: undefined });
}
