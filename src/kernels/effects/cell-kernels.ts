// The kernel of `cellColours` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { CellAttrs } from '../../tensor/cells/cell-colours.ts';
import { linearOfByte } from '../../tensor/colour/colour.ts';
import type { Axis } from '../../tensor/resample/axis.ts';
import type { Input2D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { EffectsModule } from './module.ts';

/** Their numbers in `assembly/cells/choose-cells.ts`. */
const KINDS = { median: 1, mode: 2, detail: 3 };
/** Bytes of its tables, all zero. */
const TABLE_BYTES = { median: 3 * 256 * 8, mode: 2 * 17 ** 3 * 8 + 17 ** 3 * 4, detail: 8 };

/** `cellColours`. */
export function cellsKernel(
  wasm: EffectsModule,
  space: Workspace,
  { pixels }: { pixels: Input2D },
  { columns, rows, colour, around = new Float32Array(0) }: CellAttrs,
): TensorInfo {
  const [, width] = pixels.shape;
  const result = space.output([rows.to, columns.to, 4]);
  const common = {
    columns: space.put(placesOf(columns)),
    columnWeights: space.put(columns.weights),
    rows: space.put(placesOf(rows)),
    rowWeights: space.put(rows.weights),
    light: space.put(linearOfByte),
    pixels: space.at(pixels),
    width,
    across: columns.to,
    down: rows.to,
    out: space.at(result),
  };
  if (colour === 'mean') {
    wasm.meanCells(common);
    return result;
  }
  wasm.chooseCells({
    ...common,
    kind: KINDS[colour],
    around: space.put(around),
    list: space.scratch(2 * largest(columns) * largest(rows)),
    tables: zeros(space, TABLE_BYTES[colour]),
  });
  return result;
}

const largest = ({ count }: Axis): number => count.reduce((a, b) => Math.max(a, b));

/** Three whole numbers for each output: its first input, how many, and the place of the first weight. */
function placesOf({ to, start, count, offset }: Axis): Int32Array {
  const places = new Int32Array(3 * to);
  for (let i = 0; i < to; i++) {
    places[3 * i] = start[i]!;
    places[3 * i + 1] = count[i]!;
    places[3 * i + 2] = offset[i]!;
  }
  return places;
}

/** Address of cleared scratch memory. */
function zeros(space: Workspace, bytes: number): number {
  const address = space.scratch(bytes / 4);
  space.floats(address, bytes / 4).fill(0);
  return address;
}
