// Cost of resizing, from sizes and parameters.
import type { Size } from '../../image.ts';
import type { Span } from '../../tensor/resample/axis.ts';
import { scaleCounts } from '../../tensor/resample/scale.ts';
import type { Cost } from '../../work.ts';
import { isWhole, type LayoutOptions, layout, sameSize } from './layout.ts';

/** Cost of resizing a picture that the decoder shrunk by `shrink`. */
export function resizeCost(
  input: Size,
  options: LayoutOptions,
  { shrink }: { shrink: number },
): Cost {
  const { crop, content, canvas, background } = layout(input, options);
  const whole = isWhole(crop, input);
  const unchanged = shrink === 1 && whole && sameSize(content, input);
  if (unchanged && background === undefined) return { work: {}, bytes: 0 };
  const picture = { width: input.width / shrink, height: input.height / shrink };
  const shrunk = ({ begin, length }: Span): Span => ({
    begin: begin / shrink,
    length: length / shrink,
  });
  const kept = { x: shrunk(crop.x), y: shrunk(crop.y) };
  const searched = options.gravity === 'auto' && !whole ? picture.width * picture.height : 0;
  const result = content.width * content.height;
  const placed = background === undefined ? 0 : canvas.width * canvas.height;
  return {
    work: { ...scaleCounts(picture, { ...content, crop: kept }), result, placed, searched },
    bytes: 4 * (placed > 0 ? placed : result),
  };
}
