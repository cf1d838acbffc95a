// What an optimised picture is given back: its size, the content's opacity and, on request, the content's colours.
import { eachBand } from '../bands.ts';
import type { Image } from '../image.ts';
import type { Pace } from '../pace.ts';
import { doubledOklab, linearOfDoubled } from '../tensor/oklab.ts';
import { fromLinear, imageOf, type Picture } from '../tensor/picture.ts';
import { linearOf } from '../tensor/read-rows.ts';
import { sized } from './style-planes.ts';

export type Colours = 'style' | 'content';

// Roughly what a pixel takes, in nanoseconds.
const COVERED = 10;
const RECOLOURED = 300;

/** A painted picture, which is opaque, at the content's size and as opaque as that; with `colours` of the content only its lightness is new. */
export async function finished(
  painted: Picture,
  { content, colours }: { content: Picture; colours: Colours },
  pace: Pace,
): Promise<Image> {
  const { width, height } = content;
  const paint = await linearOf(await sized(painted, { width, height }, pace), pace);
  const { channels, data } = await linearOf(content, pace);
  const out = new Float32Array(channels * width * height);
  const light = new Float32Array(3);
  const recolour = createRecolour();
  const ns = colours === 'content' ? RECOLOURED : COVERED;
  await eachBand({ count: width * height, ns }, pace, (first, end) => {
    for (let p = first, i = channels * first; p < end; p++, i += channels) {
      const alpha = channels === 4 ? (data[i + 3] as number) : 1;
      if (!(alpha > 0)) continue;
      for (let c = 0; c < 3; c++) light[c] = paint.data[3 * p + c] as number;
      if (colours === 'content') recolour(light, data.subarray(i, i + 3), alpha);
      for (let c = 0; c < 3; c++) out[i + c] = (light[c] as number) * alpha;
      if (channels === 4) out[i + 3] = alpha;
    }
  });
  return imageOf(fromLinear({ width, height, channels, data: out }), pace);
}

// Halvings of the chroma's interval: within a hundredth.
const HALVINGS = 7;
// What rounds to a byte inside.
const SLACK = 1e-4;

/** Gives linear light the chroma of another colour (premultiplied by `alpha`), in OKLab; as much of it as its lightness can have in sRGB. */
function createRecolour() {
  const own = new Float64Array(3);
  const other = new Float64Array(3);
  const result = new Float64Array(3);
  const isInside = (): boolean => result.every((v) => v >= -SLACK && v <= 1 + SLACK);
  return (light: Float32Array, colour: Float32Array, alpha: number): void => {
    const [r, g, b] = light as unknown as [number, number, number];
    doubledOklab(r, g, b, own);
    const [cr, cg, cb] = colour as unknown as [number, number, number];
    doubledOklab(cr / alpha, cg / alpha, cb / alpha, other);
    const lightness = Math.min(1, Math.max(0, own[0] as number));
    const withChroma = (share: number): void =>
      linearOfDoubled(lightness, share * other[1]!, share * other[2]!, result);
    withChroma(1);
    if (!isInside()) {
      let [good, bad] = [0, 1];
      for (let i = 0; i < HALVINGS; i++) {
        const middle = (good + bad) / 2;
        withChroma(middle);
        if (isInside()) good = middle;
        else bad = middle;
      }
      withChroma(good);
    }
    for (let c = 0; c < 3; c++) light[c] = Math.min(1, Math.max(0, result[c] as number));
  };
}
