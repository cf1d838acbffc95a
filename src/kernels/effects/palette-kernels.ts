// The kernels of `paletteIndices` and `clustered` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ClusterAttrs } from '../../tensor/palette/cluster.ts';
import { neighboursOf } from '../../tensor/palette/colour-pair.ts';
import { reaches } from '../../tensor/palette/diffuse.ts';
import type { Palette } from '../../tensor/palette/palette.ts';
import { isDiffusion, type PaletteAttrs } from '../../tensor/palette/palette-indices.ts';
import { type ThresholdMapName, thresholdMap } from '../../tensor/palette/threshold-map.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

/** Palette colours, or others of a base, that the loops take at a time. */
const LANES = 4;
/** Values of such a group of others, as in `assembly/palette/dither.ts`. */
const GROUP = 5 * LANES;
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
    wasm.diffuseCells({
      ...common,
      width,
      height,
      palette: space.put(groupsOf(palette)),
      groups: Math.ceil(palette.count / LANES),
      linear: space.put(fourfold(palette, reaches(palette))),
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
  const { pairs, groups } = pairsOf(palette);
  wasm.ditherCells({
    ...cells,
    linear: space.put(fourfold(palette, new Float64Array(palette.count))),
    pairs: space.put(pairs),
    groups,
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

/** The palette in linear light, with a fourth value for each colour. */
function fourfold({ count, linear }: Palette, fourth: Float64Array): Float32Array {
  const values = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    values.set(linear.subarray(3 * i, 3 * i + 3), 4 * i);
    values[4 * i + 3] = fourth[i]!;
  }
  return values;
}

type Pairs = { pairs: Float32Array; groups: number };

const known = new WeakMap<Palette, Pairs>();

/** The other colours of each base in groups, as `assembly/palette/dither.ts` reads them; made once for a palette. */
function pairsOf(palette: Palette): Pairs {
  const made = known.get(palette) ?? makePairs(palette);
  known.set(palette, made);
  return made;
}

function makePairs(palette: Palette): Pairs {
  const { count, linear } = palette;
  const { neighbours, contrasts } = neighboursOf(palette);
  const per = neighbours.length / count;
  const groups = Math.ceil(per / LANES);
  const pairs = new Float32Array(GROUP * groups * count);
  const indices = new Int32Array(pairs.buffer);
  for (let base = 0; base < count; base++) {
    for (let n = 0; n < per; n++) {
      const other = neighbours[base * per + n]!;
      const at = GROUP * (base * groups + Math.floor(n / LANES)) + (n % LANES);
      for (let c = 0; c < 3; c++) {
        pairs[at + c * LANES] = linear[3 * other + c]! - linear[3 * base + c]!;
      }
      pairs[at + 3 * LANES] = contrasts[base * per + n]!;
      indices[at + 4 * LANES] = other;
    }
  }
  return { pairs, groups };
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
