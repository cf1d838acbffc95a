// Fills the cells of a grid with colours, band by band, so that large pictures neither fill the tensors' memory nor hold up other work.
import type { Image, Size } from '../../image.ts';
import { type CellColour, cellColours } from '../../tensor/cells/cell-colours.ts';
import { surroundings } from '../../tensor/cells/detail.ts';
import { pixelsOf } from '../../tensor/ops/packed-pixels.ts';
import { imageOfStraight, type Straight } from '../../tensor/picture/straight.ts';
import { type Axis, boxAxis } from '../../tensor/resample/axis.ts';
import { type Pace, portion } from '../../timing.ts';
import type { Grid } from '../grid.ts';

/** Pixels of a band, about; a band has at least one row of cells. */
const BAND_PIXELS = 2 ** 18;

/** Rows of cells of a band. */
const bandRows = (input: Size, grid: Size): number =>
  Math.max(1, Math.floor((BAND_PIXELS * grid.height) / (input.width * input.height)));

/** Bytes of a band in tensors: its pixels, with those that it shares with the next one, and its cells. */
export function bandBytes(input: Size, grid: Size): number {
  const rows = bandRows(input, grid);
  const pixels = input.width * ((rows * input.height) / grid.height + 2);
  return 4 * pixels + 16 * rows * grid.width;
}

/** Rough shares of `detail`: the means, their surroundings, and the colours. */
const SHARES = { means: 0.25, around: 0.05, choose: 0.7 };

/** Straight colours in linear light of the cells of an image. */
export async function fillCells(
  image: Image,
  { grid: { x, y }, colour }: { grid: Grid; colour: CellColour },
  pace: Pace,
): Promise<Straight> {
  const axes = { columns: boxAxis(image.width, x), rows: boxAxis(image.height, y) };
  if (colour !== 'detail') return straightOf(await filled(image, { ...axes, colour }, pace), axes);
  const means = straightOf(
    await filled(image, { ...axes, colour: 'mean' }, portion(pace, SHARES.means)),
    axes,
  );
  const aroundPace = portion(pace, SHARES.around);
  const around = surroundings(await imageOfStraight(means, aroundPace));
  const cells = await filled(image, { ...axes, colour, around }, portion(pace, SHARES.choose));
  return straightOf(cells, axes);
}

type Axes = { columns: Axis; rows: Axis };
type Filling = Axes & { colour: CellColour; around?: Float32Array };

/** Four values for each cell. */
async function filled(
  image: Image,
  { columns, rows, colour, around }: Filling,
  pace: Pace,
): Promise<Float32Array> {
  const cells = new Float32Array(4 * columns.to * rows.to);
  const step = bandRows(image, { width: columns.to, height: rows.to });
  for (let first = 0; first < rows.to; first += step) {
    const end = Math.min(rows.to, first + step);
    const top = rows.start[first]!;
    const bottom = rows.start[end - 1]! + rows.count[end - 1]!;
    const pixels = pixelsOf(rowsOf(image, top, bottom));
    const colours = cellColours(pixels, {
      columns,
      rows: partOf(rows, { first, end, top, bottom }),
      colour,
      around: around?.subarray(3 * columns.to * first, 3 * columns.to * end),
    });
    pixels.dispose();
    cells.set(colours.dataSync<'float32'>(), 4 * columns.to * first);
    colours.dispose();
    await pace((end - first) / rows.to);
  }
  return cells;
}

const rowsOf = ({ width, data }: Image, top: number, bottom: number): Image => ({
  width,
  height: bottom - top,
  data: data.subarray(4 * width * top, 4 * width * bottom),
});

/** The outputs `first` … `end` of an axis, over the inputs `top` … `bottom`. */
function partOf(
  { start, count, offset, weights }: Axis,
  { first, end, top, bottom }: Record<'first' | 'end' | 'top' | 'bottom', number>,
): Axis {
  return {
    from: bottom - top,
    to: end - first,
    start: start.subarray(first, end).map((from) => from - top),
    count: count.subarray(first, end),
    offset: offset.subarray(first, end),
    weights,
  };
}

function straightOf(cells: Float32Array, { columns, rows }: Axes): Straight {
  const count = columns.to * rows.to;
  const linear = new Float32Array(3 * count);
  const alpha = new Float32Array(count);
  let isOpaque = true;
  for (let p = 0, i = 0, k = 0; p < count; p++, i += 3, k += 4) {
    linear[i] = cells[k]!;
    linear[i + 1] = cells[k + 1]!;
    linear[i + 2] = cells[k + 2]!;
    alpha[p] = cells[k + 3]!;
    // Weights of opaque cells add up to 1 but for rounding.
    if (cells[k + 3]! < OPAQUE) isOpaque = false;
  }
  return { width: columns.to, height: rows.to, linear, alpha: isOpaque ? undefined : alpha };
}

/** Half a level below full opacity. */
const OPAQUE = 1 - 0.5 / 255;
