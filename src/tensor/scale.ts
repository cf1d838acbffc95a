// Scaling with Lanczos-3, cheap for strong shrinking: a box first, the proper kernel after.
import type { Size } from '../image.ts';
import { lanczosAxis, type Span } from './axis.ts';
import { fromLinear, type Picture, readRows } from './picture.ts';
import { resampleRows, shrinkRows } from './resample.ts';

/** The `crop` of a picture (all of it unless given, in its pixels) at another size; a new picture in linear light. */
export function scaleTo(
  picture: Picture,
  { width, height }: Size,
  crop: { x: Span; y: Span } = wholeOf(picture),
): Picture {
  const factor = { x: firstStage(crop.x.length / width), y: firstStage(crop.y.length / height) };
  const source = readRows(picture);
  const rows = factor.x > 1 || factor.y > 1 ? shrinkRows(source, factor) : source;
  return fromLinear(
    resampleRows(
      rows,
      lanczosAxis(rows.width, width, scaled(crop.x, factor.x)),
      lanczosAxis(rows.height, height, scaled(crop.y, factor.y)),
    ),
  );
}

/** The whole of a picture as a crop. */
export const wholeOf = ({ width, height }: Size): { x: Span; y: Span } => ({
  x: { begin: 0, length: width },
  y: { begin: 0, length: height },
});

// A box is a poor low-pass: what it lets through of the frequencies that fold into the result is below a tenth as long as
// the proper kernel still has a factor of eight to go.
const firstStage = (scale: number): number => Math.max(1, Math.floor(scale / 8));

const scaled = ({ begin, length }: Span, factor: number): Span => ({
  begin: begin / factor,
  length: length / factor,
});
