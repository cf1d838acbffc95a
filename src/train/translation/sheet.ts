// Sample sheets of translations: what goes in, what comes out, and the bottleneck's channels.
import sharp from 'sharp';
import type { TensorData } from '../../graph/engine.ts';
import { shape4 } from '../../graph/shape.ts';

/** Pixels between pictures. */
const GAP = 4;

/** Rows of pictures as a PNG. Pictures of a column have one size. Throws a RangeError for an empty sheet. */
export async function sheetOf(rows: readonly (readonly Tile[])[]): Promise<Uint8Array> {
  const tiles = rows.flat();
  if (tiles.length === 0) throw new RangeError('sheetOf: expected at least one picture, got none');
  const width = Math.max(...tiles.map((tile) => tile.width)) + GAP;
  const height = Math.max(...tiles.map((tile) => tile.height)) + GAP;
  const columns = Math.max(...rows.map((row) => row.length));
  const canvas = { width: width * columns, height: height * rows.length };
  const placed = rows.flatMap((row, y) =>
    row.map((tile, x) => ({
      input: Buffer.from(tile.rgb),
      raw: { width: tile.width, height: tile.height, channels: 3 as const },
      left: x * width,
      top: y * height,
    })),
  );
  return sharp({ create: { ...canvas, channels: 3, background: '#888' } })
    .composite(placed)
    .png()
    .toBuffer();
}

export type Tile = { width: number; height: number; rgb: Uint8Array };

/** Picture `n` of a batch [n, 1 or 3, h, w] in -1…1. */
export function tileOf({ shape, data }: TensorData, n: number): Tile {
  const [, channels, height, width] = shape4(shape);
  const area = width * height;
  const rgb = new Uint8Array(3 * area);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      const value = data[(n * channels + (channels === 3 ? c : 0)) * area + i]!;
      rgb[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, (value + 1) / 2)));
    }
  }
  return { width, height, rgb };
}

/** All channels of features [n, c, h, w] of picture `n`, side by side, each from its least (black) to its largest value. */
export function featureTile({ shape, data }: TensorData, n: number, scale: number): Tile {
  const [, channels, h, w] = shape4(shape);
  const columns = Math.ceil(Math.sqrt(channels));
  const width = columns * w * scale;
  const height = Math.ceil(channels / columns) * h * scale;
  const rgb = new Uint8Array(3 * width * height);
  for (let c = 0; c < channels; c += 1) {
    const from = (n * channels + c) * h * w;
    const plane = data.subarray(from, from + h * w);
    const [low, high] = [Math.min(...plane), Math.max(...plane)];
    for (let y = 0; y < h * scale; y += 1) {
      for (let x = 0; x < w * scale; x += 1) {
        const value = plane[Math.floor(y / scale) * w + Math.floor(x / scale)]!;
        const grey = Math.round((255 * (value - low)) / Math.max(1e-6, high - low));
        const row = Math.floor(c / columns) * h * scale + y;
        const at = 3 * (row * width + (c % columns) * w * scale + x);
        rgb.fill(grey, at, at + 3);
      }
    }
  }
  return { width, height, rgb };
}
