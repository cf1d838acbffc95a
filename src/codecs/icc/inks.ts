// Converts amounts of ink to sRGB where no profile says how the inks look.
import { eachBand, noPace } from '../../timing.ts';
import type { ToSrgb } from './to-srgb.ts';

/** Cyan, magenta, yellow and black become red, green and blue in place: each colour ink and black take their share of the light. */
export const inksToSrgb: ToSrgb = ({ data }, pace = noPace) =>
  eachBand(data.length / 4, pace, (first, end) => {
    for (let i = 4 * first; i < 4 * end; i += 4) {
      const light = 255 - data[i + 3]!;
      for (let c = i; c < i + 3; c++) data[c] = ((255 - data[c]!) * light) / 255;
      data[i + 3] = 255;
    }
  });
