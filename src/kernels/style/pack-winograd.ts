// Transforms filters of 3×3 taps for `../assembly/winograd.ts` (Lavin & Gray 2016).
import { CHANNELS_AT_ONCE } from './pack-filter.ts';

/** Number of values of a transformed filter. */
export const PLACES = 16;

/** Writes `filter` `[3, 3, inputs, outputs]` to `out` as 16 filters of one tap, each `[outputs / 8, inputs, 8]`. */
export function packWinograd(
  filter: Float32Array,
  { inputs, outputs }: { inputs: number; outputs: number },
  out: Float32Array,
): void {
  const block = inputs * outputs;
  const column = new Float32Array(12);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const from = i * outputs + o;
      const to =
        (o - (o % CHANNELS_AT_ONCE)) * inputs + i * CHANNELS_AT_ONCE + (o % CHANNELS_AT_ONCE);
      for (let x = 0; x < 3; x++) {
        const a = filter[x * block + from]!;
        const b = filter[(3 + x) * block + from]!;
        const c = filter[(6 + x) * block + from]!;
        column[x] = a;
        column[3 + x] = (a + b + c) / 2;
        column[6 + x] = (a - b + c) / 2;
        column[9 + x] = c;
      }
      for (let y = 0; y < 4; y++) {
        const a = column[3 * y]!;
        const b = column[3 * y + 1]!;
        const c = column[3 * y + 2]!;
        const place = 4 * y * block + to;
        out[place] = a;
        out[place + block] = (a + b + c) / 2;
        out[place + 2 * block] = (a - b + c) / 2;
        out[place + 3 * block] = c;
      }
    }
  }
}
