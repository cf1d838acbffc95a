// The kernels of `paletteIndices` and `clustered` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ClusterAttrs } from '../../tensor/palette/cluster.ts';
import { colourPairs, weightsOf } from '../../tensor/palette/colour-pair.ts';
import { reaches } from '../../tensor/palette/diffuse.ts';
import { mixturesOf } from '../../tensor/palette/mixtures.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { isDiffusion, type PaletteAttrs } from '../../tensor/palette/palette-indices.ts';
import { type ThresholdMapName, thresholdMap } from '../../tensor/palette/threshold-map.ts';
import type { Input2D, Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

/** Palette colours, or pairs of them, that the loops take at a time. */
const LANES = 4;
/** Values of a pair. */
const PAIR = 14;
/** Squared contrast of what is no pair, so that it never is the best one. */
const NO_PAIR = 1e30;
/** Lightness of what is no colour, so that it never is the nearest one. */
const FAR = 1e9;
/** Cells of margin of a row of errors, both sides together, and rows that are kept, as in `assembly/palette/diffuse.ts`. */
const ERRORS = { margin: 4, rows: 3 };

/** `paletteIndices`. */
export function paletteIndicesKernel(
  wasm: EffectsModule,
  space: Workspace,
  { cells }: { cells: Input3D },
  { palette, dither, strength }: PaletteAttrs,
): TensorInfo {
  const [height, width] = cells.shape;
  const result = space.output([height, width], 'int32');
  const common = { cells: space.at(cells), out: space.at(result) };
  if (isDiffusion(dither)) {
    const floats = 4 * ERRORS.rows * (width + ERRORS.margin);
    const errors = space.scratch(floats);
    space.floats(errors, floats).fill(0);
    const { levels, first, corners } = mixturesOf(palette);
    wasm.diffuseCells({
      ...common,
      width,
      height,
      palette: space.put(groupsOf(palette)),
      groups: Math.ceil(palette.count / LANES),
      linear: space.put(lightAndReach(palette)),
      levels: space.put(levels),
      levelCount: levels.length,
      first: space.put(first),
      corners: space.put(corners),
      atkinson: dither === 'atkinson' ? 1 : 0,
      strength,
      errors,
      lanes: space.scratch(LANES),
    });
    return result;
  }
  const count = width * height;
  if (dither !== 'none' && colourPairs(palette).lists === 1) {
    const { length, pairs } = listedPairs(palette);
    wasm.ditherFew({
      ...common,
      count,
      pairs: space.put(pairs),
      length,
      ...orderOf(space, dither, { width, strength }, weightsOf(1)),
    });
    return result;
  }
  wasm.matchCells({ ...common, count, palette: space.put(palette.lab), colours: palette.count });
  if (dither !== 'none') {
    const { pairs, groups, lists } = groupedPairs(palette);
    wasm.ditherCells({
      ...common,
      count,
      pairs: space.put(pairs),
      groups,
      ...orderOf(space, dither, { width, strength }, weightsOf(lists)),
    });
  }
  return result;
}

/** What both ways of ordered dithering read besides cells and pairs. */
function orderOf(
  space: Workspace,
  map: ThresholdMapName,
  places: { width: number; strength: number },
  { light, grain }: { light: number; grain: number },
) {
  const { size, thresholds } = thresholdMap(map);
  return { ...places, light, grain, thresholds: space.put(thresholds), side: size };
}

/** The palette in OKLab in groups of four colours: four L, four 2a, four 2b. */
function groupsOf({ count, lab }: Palette): Float32Array {
  const values = new Float32Array(3 * LANES * Math.ceil(count / LANES)).fill(FAR);
  for (let i = 0; i < count; i++) {
    const at = 3 * LANES * Math.floor(i / LANES) + (i % LANES);
    for (let c = 0; c < 3; c++) values[at + c * LANES] = lab[3 * i + c]!;
  }
  return values;
}

/** The palette in linear light, with a fourth value for each colour: the longest error of chroma that it passes on. */
function lightAndReach(palette: Palette): Float32Array {
  const { count, linear } = palette;
  const reach = reaches(palette);
  const values = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    values.set(linear.subarray(3 * i, 3 * i + 3), 4 * i);
    values[4 * i + 3] = reach[i]!;
  }
  return values;
}

type Listed = { pairs: Float32Array; length: number };
type Grouped = { pairs: Float32Array; groups: number; lists: number };

/** Calls `make` once for a palette. */
function oncePerPalette<T>(make: (palette: Palette) => T): (palette: Palette) => T {
  const known = new WeakMap<Palette, T>();
  return (palette) => {
    const made = known.get(palette) ?? make(palette);
    known.set(palette, made);
    return made;
  };
}

/** All pairs of a palette of few colours, as `assembly/palette/dither-few.ts` reads them. */
const listedPairs = oncePerPalette((palette): Listed => {
  const { length } = colourPairs(palette);
  const pairs = new Float32Array(PAIR * length);
  for (let n = 0; n < length; n++) writePair(palette, n, pairs, { at: PAIR * n, apart: 1 });
  return { pairs, length };
});

/** The palette's pairs in groups, as `assembly/palette/dither.ts` reads them. */
const groupedPairs = oncePerPalette((palette): Grouped => {
  const { lists, length } = colourPairs(palette);
  const groups = Math.ceil(length / LANES);
  const pairs = new Float32Array(PAIR * LANES * groups * lists);
  for (let list = 0; list < lists; list++) {
    for (let n = 0; n < LANES * groups; n++) {
      const at = PAIR * LANES * (list * groups + Math.floor(n / LANES)) + (n % LANES);
      if (n < length) {
        writePair(palette, list * length + n, pairs, { at, apart: LANES });
        continue;
      }
      // Equal shares of a pair without end of contrast.
      pairs[at + 9 * LANES] = 0.5;
      pairs[at + 10 * LANES] = NO_PAIR;
    }
  }
  return { pairs, groups, lists };
});

/** Writes a pair's values from `at` on, each so many places `apart`. */
function writePair(
  palette: Palette,
  pair: number,
  values: Float32Array,
  { at, apart }: { at: number; apart: number },
): void {
  const { linear } = palette;
  const { darker, lighter, towards, contrasts, middles } = colourPairs(palette);
  const [low, high] = [darker[pair]!, lighter[pair]!];
  for (let c = 0; c < 3; c++) {
    values[at + c * apart] = linear[3 * low + c]!;
    values[at + (3 + c) * apart] = linear[3 * high + c]! - linear[3 * low + c]!;
  }
  for (let c = 0; c < 4; c++) values[at + (6 + c) * apart] = towards[4 * pair + c]!;
  values[at + 10 * apart] = contrasts[pair]!;
  values[at + 11 * apart] = middles[pair]!;
  const indices = new Int32Array(values.buffer);
  indices[at + 12 * apart] = low;
  indices[at + 13 * apart] = high;
}

/** `clustered`. */
export function clusterKernel(
  wasm: EffectsModule,
  space: Workspace,
  { colours }: { colours: Input2D },
  { used, centres }: ClusterAttrs,
): TensorInfo {
  const [, count] = colours.shape;
  const result = space.output([centres, 4]);
  wasm.cluster({
    colours: space.at(colours),
    count,
    used,
    k: centres,
    scratch: space.scratch(3 * count + 4 * centres),
    out: space.at(result),
  });
  return result;
}
