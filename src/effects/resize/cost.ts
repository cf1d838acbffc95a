// Cost of resizing, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { Span } from '../../tensor/resample/axis.ts';
import { scaleCounts } from '../../tensor/resample/scale.ts';
import type { StepCost } from '../effect.ts';
import { isWhole, type LayoutOptions, layout, sameSize } from './layout.ts';

/** Cost of resizing a picture that the decoder shrunk by `shrink`; `toBytes` as for `run`. */
export function resizeCost(
  input: Size,
  options: LayoutOptions,
  { shrink, toBytes }: { shrink: number; toBytes: boolean },
): StepCost {
  const { crop, content, canvas, background } = layout(input, options);
  const whole = isWhole(crop, input);
  const unchanged = shrink === 1 && whole && sameSize(content, input);
  const leaves = toBytes && options.background === undefined ? 4 : 16;
  if (unchanged && background === undefined) return { work: {}, bytes: 0, leaves };
  const picture = { width: input.width / shrink, height: input.height / shrink };
  const shrunk = ({ begin, length }: Span): Span => ({
    begin: begin / shrink,
    length: length / shrink,
  });
  const kept = { x: shrunk(crop.x), y: shrunk(crop.y) };
  const searched = options.gravity === 'auto' && !whole ? picture.width * picture.height : 0;
  const result = content.width * content.height;
  const placed = background === undefined ? 0 : canvas.width * canvas.height;
  // Rows that make one row of the result, after the first stage has left fewer than sixteen per result row.
  const across = crop.x.length / shrink / content.width;
  const down = crop.y.length / shrink / content.height;
  const width = input.width / shrink / Math.max(1, Math.floor(across / 8));
  const taps = 6 * Math.max(1, down / Math.max(1, Math.floor(down / 8))) + 1;
  const window = width * Math.min(input.height / shrink, taps);
  return {
    work: { ...scaleCounts(picture, { ...content, crop: kept }), result, placed, searched },
    bytes: 16 * (window + placed) + (toBytes && background === undefined ? 4 : 16) * result,
    leaves,
  };
}
