// The kernels of `paletteIndices` and `clustered` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ClusterAttrs } from '../../tensor/palette/cluster.ts';
import { colourPairs, weightsOf } from '../../tensor/palette/colour-pair.ts';
import { reaches } from '../../tensor/palette/diffuse.ts';
import { mixturesOf } from '../../tensor/palette/mixtures.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { isDiffusion, type PaletteAttrs } from '../../tensor/palette/palette-indices.ts';
import { type ThresholdMapName, thresholdMap } from '../../tensor/palette/threshold-map.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

/** Palette colours, or pairs of them, that the loops take at a time. */
const LANES = 4;
/** Values of such a group of pairs, as in `assembly/palette/dither.ts`. */
const GROUP = 14 * LANES;
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
  { cells }: { cells: TensorInfo },
  { palette, dither, strength }: PaletteAttrs,
): TensorInfo {
  const [height, width] = cells.shape as [number, number, number];
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
  wasm.matchCells({ ...common, count, palette: space.put(palette.lab), colours: palette.count });
  if (dither !== 'none')
    order(wasm, space, { ...common, count, width }, { palette, dither, strength });
  return result;
}

function order(
  wasm: EffectsModule,
  space: Workspace,
  cells: { cells: number; out: number; count: number; width: number },
  { palette, dither, strength }: { palette: Palette; dither: ThresholdMapName; strength: number },
): void {
  const { size, thresholds } = thresholdMap(dither);
  const { pairs, groups, lists } = groupedPairs(palette);
  const { light, grain } = weightsOf(lists);
  wasm.ditherCells({
    ...cells,
    pairs: space.put(pairs),
    groups,
    one: lists === 1 ? 1 : 0,
    light,
    grain,
    thresholds: space.put(thresholds),
    side: size,
    strength,
  });
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

type Grouped = { pairs: Float32Array; groups: number; lists: number };

const known = new WeakMap<Palette, Grouped>();

/** The palette's pairs in groups, as `assembly/palette/dither.ts` reads them; made once for a palette. */
function groupedPairs(palette: Palette): Grouped {
  const made = known.get(palette) ?? group(palette);
  known.set(palette, made);
  return made;
}

function group(palette: Palette): Grouped {
  const { linear } = palette;
  const { lists, length, darker, lighter, towards, contrasts, middles } = colourPairs(palette);
  const groups = Math.ceil(length / LANES);
  const pairs = new Float32Array(GROUP * groups * lists);
  const indices = new Int32Array(pairs.buffer);
  for (let list = 0; list < lists; list++) {
    for (let n = 0; n < LANES * groups; n++) {
      const at = GROUP * (list * groups + Math.floor(n / LANES)) + (n % LANES);
      if (n >= length) {
        // Equal shares of a pair without end of contrast.
        pairs[at + 9 * LANES] = 0.5;
        pairs[at + 10 * LANES] = NO_PAIR;
        continue;
      }
      const pair = list * length + n;
      const [low, high] = [darker[pair]!, lighter[pair]!];
      for (let c = 0; c < 3; c++) {
        pairs[at + c * LANES] = linear[3 * low + c]!;
        pairs[at + (3 + c) * LANES] = linear[3 * high + c]! - linear[3 * low + c]!;
      }
      for (let c = 0; c < 4; c++) pairs[at + (6 + c) * LANES] = towards[4 * pair + c]!;
      pairs[at + 10 * LANES] = contrasts[pair]!;
      pairs[at + 11 * LANES] = middles[pair]!;
      indices[at + 12 * LANES] = low;
      indices[at + 13 * LANES] = high;
    }
  }
  return { pairs, groups, lists };
}

/** `clustered`. */
export function clusterKernel(
  wasm: EffectsModule,
  space: Workspace,
  { colours }: { colours: TensorInfo },
  { used, centres }: ClusterAttrs,
): TensorInfo {
  const [, count] = colours.shape as [number, number];
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
