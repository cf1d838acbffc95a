// Converts pixels to sRGB by a profile's table, in place.
import { eachBand, noPace } from '../../timing.ts';
import type { Table } from './table.ts';
import type { ToSrgb } from './to-srgb.ts';

/** The conversion for pictures whose first channels, as many as the table has, are its inputs; pixels of four inks become opaque. */
export function tableToSrgb(table: Table): ToSrgb {
  const channels = table.points.length;
  const colourOf = createLookup(table);
  return ({ data }, pace = noPace) =>
    eachBand(data.length / 4, pace, (first, end) => {
      for (let i = 4 * first; i < 4 * end; i += 4) {
        colourOf(data, i);
        if (channels === 4) data[i + 3] = 255;
      }
    });
}

/**
 * Replaces the colour of a pixel, by interpolation within the simplex of grid points around it: the cell is passed through from its
 * lowest corner along the axes, the one with the largest fraction first. Grid points are converted when they are first needed.
 */
function createLookup({ curves, points, colourAt }: Table) {
  const channels = points.length;
  const strides = points.map((_, c) => points.slice(c + 1).reduce((product, n) => product * n, 1));
  const count = points.reduce((product, n) => product * n, 1);
  const colours = new Float32Array(3 * count);
  const known = new Uint8Array(count);
  /** For each value of each channel: the offset of the grid point below it, and the fraction behind that. */
  const below = new Int32Array(256 * channels);
  const fractions = new Float32Array(256 * channels);
  curves.forEach((curve, c) => {
    const steps = points[c]! - 1;
    for (let value = 0; value < 256; value++) {
      const at = steps * curve(value / 255);
      const point = Math.min(Math.floor(at), steps - 1);
      below[256 * c + value] = point * strides[c]!;
      fractions[256 * c + value] = at - point;
    }
  });
  const know = (point: number): void => {
    colours.set(colourAt(point), 3 * point);
    known[point] = 1;
  };
  const order = new Int32Array(channels);
  const weights = new Float32Array(channels);
  return (data: Uint8ClampedArray, at: number): void => {
    let point = 0;
    for (let c = 0; c < channels; c++) {
      const entry = 256 * c + data[at + c]!;
      point += below[entry]!;
      const fraction = fractions[entry]!;
      let place = c;
      for (; place > 0 && weights[place - 1]! < fraction; place--) {
        weights[place] = weights[place - 1]!;
        order[place] = order[place - 1]!;
      }
      weights[place] = fraction;
      order[place] = c;
    }
    let red = 0;
    let green = 0;
    let blue = 0;
    let before = 1;
    for (let corner = 0; corner <= channels; corner++) {
      const after = corner < channels ? weights[corner]! : 0;
      const weight = before - after;
      if (weight > 0) {
        if (known[point] === 0) know(point);
        red += weight * colours[3 * point]!;
        green += weight * colours[3 * point + 1]!;
        blue += weight * colours[3 * point + 2]!;
      }
      before = after;
      if (corner < channels) point += strides[order[corner]!]!;
    }
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  };
}
