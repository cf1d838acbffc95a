// Sample sheets of the pixel-art training: averaged cells, drawn cells, and drawn cells in 24 colours.
import sharp from 'sharp';
import type { Tensors } from '../adam.ts';
import { createPlanes, type Planes } from '../data/planes.ts';
import { compile, type EngineOptions } from '../engine.ts';
import { draw, drawingGraph } from './draw.ts';

/** Cells along an edge of a sample. */
const CELLS = 64;
const PALETTE = 24;
/** Pixels that show a cell. */
const ENLARGED = 4;

/** Makes sheets of these pictures, at most eight. */
export async function createSheets(pictures: readonly Planes[], engine: EngineOptions) {
  const program = await compile(drawingGraph(CELLS), engine);
  const crops = pictures.slice(0, 8).map((picture) => middle(picture, 4 * CELLS));
  return async (weights: Tensors): Promise<Uint8Array> => {
    const rows = await Promise.all(
      crops.map(async (crop) => {
        const { mean, drawn } = await draw(program, weights, crop, 1);
        const calm = await draw(program, weights, crop, 0.4);
        return Promise.all([
          tile(mean, true),
          tile(drawn, false),
          tile(drawn, true),
          tile(calm.drawn, true),
        ]);
      }),
    );
    const edge = CELLS * ENLARGED + 4;
    return sharp({
      create: {
        width: edge * rows[0]!.length,
        height: edge * rows.length,
        channels: 3,
        background: '#888',
      },
    })
      .composite(
        rows.flatMap((tiles, row) =>
          tiles.map((input, column) => ({ input, left: column * edge, top: row * edge })),
        ),
      )
      .png()
      .toBuffer();
  };
}

function middle(picture: Planes, edge: number): Planes {
  const x = (picture.width - edge) >> 1;
  const y = (picture.height - edge) >> 1;
  const crop = createPlanes(edge, edge);
  const count = picture.width * picture.height;
  for (let c = 0; c < 3; c += 1) {
    for (let row = 0; row < edge; row += 1) {
      const from = c * count + (y + row) * picture.width + x;
      crop.data.set(picture.data.subarray(from, from + edge), (c * edge + row) * edge);
    }
  }
  return crop;
}

async function tile({ width, height, data }: Planes, limited: boolean): Promise<Buffer> {
  const count = width * height;
  const bytes = Buffer.alloc(3 * count);
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) bytes[3 * i + c] = Math.round(255 * data[c * count + i]!);
  }
  const raw = sharp(bytes, { raw: { width, height, channels: 3 } });
  const png = await raw
    .png(limited ? { palette: true, colours: PALETTE, dither: 0, effort: 10 } : {})
    .toBuffer();
  return sharp(png)
    .resize(ENLARGED * width, ENLARGED * height, { kernel: 'nearest' })
    .png()
    .toBuffer();
}
