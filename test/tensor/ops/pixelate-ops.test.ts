// The operations of pixelation, compared with plain loops: composed on cpu, by our kernels on WASM.
import { memory, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type CellColour, cellColours } from '../../../src/tensor/cells/cell-colours.ts';
import { chosenCells } from '../../../src/tensor/cells/chosen-cells.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { pixelsOf } from '../../../src/tensor/ops/packed-pixels.ts';
import { clustered } from '../../../src/tensor/palette/cluster.ts';
import { createColourPair } from '../../../src/tensor/palette/colour-pair.ts';
import { type Diffusion, diffuse } from '../../../src/tensor/palette/diffuse.ts';
import { namedColours } from '../../../src/tensor/palette/names.ts';
import { createNearestColour } from '../../../src/tensor/palette/nearest-colour.ts';
import { createPalette, type Palette } from '../../../src/tensor/palette/palette.ts';
import { type Dither, paletteIndices } from '../../../src/tensor/palette/palette-indices.ts';
import { type ThresholdMapName, thresholdMap } from '../../../src/tensor/palette/threshold-map.ts';
import { boxAxis } from '../../../src/tensor/resample/axis.ts';
import { hash32 } from '../../helpers/files/golden-images.ts';

/** Noise around slow waves; clear on the right if `clear`. */
function picture(width: number, height: number, clear = false) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let p = 0; p < width * height; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    const noise = hash32(p);
    data[4 * p] = 120 + 90 * Math.sin(x / 7) + (noise & 31);
    data[4 * p + 1] = 120 + 90 * Math.cos((x + y) / 9) + ((noise >> 8) & 31);
    data[4 * p + 2] = 3 * y + ((noise >> 16) & 63);
    data[4 * p + 3] = clear && x > width / 2 ? (noise >> 24) & 255 : 255;
  }
  return { width, height, data };
}

const edges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => (i * length) / count);

type Picture = ReturnType<typeof picture>;

function axesOf({ width, height }: Picture, [across, down]: readonly [number, number]) {
  return {
    columns: boxAxis(width, edges(width, across)),
    rows: boxAxis(height, edges(height, down)),
  };
}

/** Mean light of each cell, pixel by pixel. */
function means(image: Picture, { columns, rows }: ReturnType<typeof axesOf>): number[] {
  return Array.from({ length: columns.to * rows.to }, (_, cell) => {
    const [u, v] = [cell % columns.to, Math.floor(cell / columns.to)];
    const sums = [0, 0, 0, 0];
    for (let j = 0; j < rows.count[v]!; j++) {
      for (let i = 0; i < columns.count[u]!; i++) {
        const weight =
          rows.weights[rows.offset[v]! + j]! * columns.weights[columns.offset[u]! + i]!;
        const k = 4 * ((rows.start[v]! + j) * image.width + columns.start[u]! + i);
        const alpha = (weight * image.data[k + 3]!) / 255;
        for (let c = 0; c < 3; c++) sums[c]! += alpha * linearOfByte[image.data[k + c]!]!;
        sums[3]! += alpha;
      }
    }
    const alpha = sums[3]!;
    return [...sums.slice(0, 3).map((sum) => (alpha > 0 ? sum / alpha : 0)), alpha];
  }).flat();
}

describe('cells', () => {
  const grids = [
    { size: [24, 16], grid: [6, 4], clear: false },
    { size: [23, 17], grid: [5, 3], clear: true },
    { size: [9, 5], grid: [9, 5], clear: true },
    { size: [300, 7], grid: [1, 2], clear: false },
  ] as const;

  it.each(
    grids.flatMap((grid) =>
      (['mean', 'median', 'mode', 'detail'] as const).map((colour) => ({ ...grid, colour })),
    ),
  )(
    'have their colours: $colour of $grid in $size, clear: $clear',
    ({ size, grid, clear, colour }: (typeof grids)[number] & { colour: CellColour }) => {
      const before = memory().numTensors;
      const image = picture(size[0], size[1], clear);
      const axes = axesOf(image, grid);
      const around = Float32Array.from({ length: 3 * grid[0] * grid[1] }, (_, i) => (i * 37) % 256);
      const expected =
        colour === 'mean' ? means(image, axes) : chosenCells(image, { ...axes, colour, around });
      const pixels = pixelsOf(image);
      const cells = cellColours(pixels, { ...axes, colour, around });
      expect(cells.shape).toEqual([grid[1], grid[0], 4]);
      cells.dataSync().forEach((v, i) => {
        expect(Math.abs(v - expected[i]!)).toBeLessThan(1e-5);
      });
      pixels.dispose();
      cells.dispose();
      expect(memory().numTensors).toBe(before);
    },
  );
});

const palettes: Record<string, Palette> = {
  two: createPalette(['102030', 'f0e0d0']),
  four: createPalette(['000000', 'ffffff', 'ff0000', '305020']),
  five: createPalette(['000000', 'ff0000', '00ff00', '0000ff', 'ffffff']),
  pico8: createPalette(namedColours('pico8')!),
  many: createPalette(
    Array.from({ length: 250 }, (_, i) => (hash32(i) & 0xffffff).toString(16).padStart(6, '0')),
  ),
};

/** Linear light and opacity of each pixel. */
function cellsOf({ width, height, data }: Picture) {
  const values = Float32Array.from(data, (v, i) => (i % 4 === 3 ? v / 255 : linearOfByte[v]!));
  return { width, height, data: values };
}

/** Indices by ordered dithering, in plain loops. */
function ordered(cells: ReturnType<typeof cellsOf>, palette: Palette, dither: ThresholdMapName) {
  const pairOf = createColourPair(palette, 0.8);
  const { size, thresholds } = thresholdMap(dither);
  return Array.from({ length: cells.width * cells.height }, (_, p) => {
    const [r, g, b, a] = cells.data.subarray(4 * p) as unknown as [number, number, number, number];
    if (a < 0.5) return -1;
    const { darker, lighter, share } = pairOf(r, g, b);
    const [x, y] = [p % cells.width, Math.floor(p / cells.width)];
    return thresholds[(y % size) * size + (x % size)]! < share ? lighter : darker;
  });
}

/** Indices of the nearest colours, in plain loops. */
const nearest = (cells: ReturnType<typeof cellsOf>, palette: Palette): number[] => {
  const nearestTo = createNearestColour(palette);
  const lab = new Float64Array(3);
  return Array.from({ length: cells.width * cells.height }, (_, p) => {
    const [r, g, b, a] = cells.data.subarray(4 * p) as unknown as [number, number, number, number];
    doubledOklab(r, g, b, lab);
    return a < 0.5 ? -1 : nearestTo(lab[0]!, lab[1]!, lab[2]!);
  });
};

describe('palette colours of cells', () => {
  const kinds: readonly Dither[] = ['none', 'bayer4', 'blue-noise', 'floyd-steinberg', 'atkinson'];

  it.each(kinds.flatMap((dither) => Object.keys(palettes).map((name) => [dither, name] as const)))(
    'are those of plain loops in double precision, but for ties: %s, %s',
    (dither, name) => {
      const palette = palettes[name]!;
      const cells = cellsOf(picture(67, 50, true));
      const strength = 0.8;
      const input = tensor3d(cells.data, [50, 67, 4]);
      const result = paletteIndices(input, { palette, dither, strength });
      const found = result.dataSync();
      const expected: number[] =
        dither === 'none'
          ? nearest(cells, palette)
          : dither === 'floyd-steinberg' || dither === 'atkinson'
            ? [...diffuse(cells, palette, { kernel: dither as Diffusion, strength })]
            : ordered(cells, palette, dither);
      expect(result.shape).toEqual([50, 67]);
      const different = expected.filter((index, p) => index !== found[p]).length;
      expect(different / found.length).toBeLessThan(0.003);
      input.dispose();
      result.dispose();
    },
  );
});

describe('clusters', () => {
  it.each([2, 5, 12])(
    'of %i groups have a centre in each, whatever the order of memory',
    (groups) => {
      const used = 150;
      const stride = 152;
      const values = new Float32Array(4 * stride);
      const middle = (g: number, d: number): number => (hash32(3 * g + d) & 1023) / 512;
      for (let i = 0; i < used; i++) {
        for (let d = 0; d < 3; d++) {
          values[d * stride + i] = middle(i % groups, d) + (hash32(i + 999 * d) & 255) / 1e6;
        }
        values[3 * stride + i] = 1 + (i % 5);
      }
      const colours = tensor2d(values, [4, stride]);
      const result = clustered(colours, { used, centres: groups });
      const centres = result.dataSync();
      const free = new Set(Array.from({ length: groups }, (_, g) => g));
      for (let c = 0; c < groups; c++) {
        const at = [...free].find((g) =>
          [0, 1, 2].every((d) => Math.abs(centres[4 * c + d]! - middle(g, d)) < 1e-3),
        );
        expect(at).toBeDefined();
        free.delete(at!);
      }
      colours.dispose();
      result.dispose();
    },
  );
});
