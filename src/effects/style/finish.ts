// Finishes a painted picture: the content's size, the content's opacity and, on request, the content's colours.
import { createImage, type Image, type Size } from '../../image.ts';
import { srgbToLinear } from '../../srgb.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import { doubledOklab, linearOfDoubled } from '../../tensor/colour/oklab.ts';
import { readRows } from '../../tensor/picture/read-rows.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import type { LightSource } from '../../tensor/resample/light-rows.ts';
import { eachBand, type Pace } from '../../timing.ts';
import { sized } from './planes.ts';

export type Colours = 'style' | 'content';

/** An opaque painted picture of the content's size, read row by row from first to last. */
export type Paint = {
  /** Row `y` as sRGB-coded colours, three values a pixel, at most slightly outside 0…1, valid until the next call; `content` is the content's row in linear light. */
  row: (y: number, content: Float32Array) => Float32Array;
};

export type Finish = {
  content: Image;
  colours: Colours;
  /** Opacity of the paint over the content, 0…1; 1 unless given. */
  cover?: number;
};

/** An opaque picture as paint, scaled to the content's size. */
export async function picturePaint(
  painted: LightSource,
  to: Size,
  work: PixelWork,
): Promise<Paint> {
  const { width, channels, data } = await sized(painted, to, work);
  const coded = new Float32Array(3 * width);
  return {
    row(y) {
      for (let i = 0, j = y * width * channels; i < coded.length; i += 3, j += channels) {
        for (let c = 0; c < 3; c++) coded[i + c] = codeOfLinear(data[j + c]!);
      }
      return coded;
    },
  };
}

/** The painted picture with the content's opacity; with `colours: 'content'` it only takes the paint's lightness. */
export async function finished(
  paint: Paint,
  { content, colours, cover = 1 }: Finish,
  pace: Pace,
): Promise<Image> {
  const image = createImage({ width: content.width, height: content.height });
  const { width, height } = image;
  const rows = readRows(content);
  const { channels } = rows;
  const recolour = colours === 'content' ? createRecolour() : undefined;
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const under = rows.row(y);
      const over = paint.row(y, under);
      const out = image.data.subarray(4 * width * y, 4 * width * (y + 1));
      if (recolour) eachColour(over, under, channels, recolour);
      if (cover < 1) eachColour(over, under, channels, blendWith(cover));
      write(over, under, channels, out);
    }
  });
  return image;
}

/** Changes the three coded values at `i`; `light` is the content's colour in linear light, straight alpha. */
type Change = (coded: Float32Array, i: number, light: Float64Array) => void;

function eachColour(
  coded: Float32Array,
  under: Float32Array,
  channels: 3 | 4,
  change: Change,
): void {
  const light = new Float64Array(3);
  for (let i = 0, j = 0; i < coded.length; i += 3, j += channels) {
    const alpha = channels === 4 ? under[j + 3]! : 1;
    if (!(alpha > 0)) continue;
    for (let c = 0; c < 3; c++) light[c] = under[j + c]! / alpha;
    change(coded, i, light);
  }
}

const blendWith =
  (cover: number): Change =>
  (coded, i, light) => {
    for (let c = 0; c < 3; c++) {
      const own = codeOfLinear(light[c]!);
      coded[i + c] = own + cover * (coded[i + c]! - own);
    }
  };

function write(
  coded: Float32Array,
  under: Float32Array,
  channels: 3 | 4,
  out: Uint8ClampedArray,
): void {
  for (let i = 0, j = 0, k = 0; k < out.length; i += 3, j += channels, k += 4) {
    const alpha = channels === 4 ? under[j + 3]! : 1;
    if (!(alpha > 0)) continue;
    // The clamped byte array rounds and clamps.
    for (let c = 0; c < 3; c++) out[k + c] = 255 * coded[i + c]!;
    out[k + 3] = 255 * alpha;
  }
}

// Bisections of the share of chroma: exact to a hundredth.
const BISECTIONS = 7;
// Linear light this far outside 0…1 still rounds to a valid byte.
const SLACK = 1e-4;
const isLight = (v: number): boolean => v >= -SLACK && v <= 1 + SLACK;

// Steps of the table of linear light. Interpolation between them is exact to a hundredth of a level.
const CODE_STEPS = 1024;
const lightOfStep = Float32Array.from({ length: CODE_STEPS + 2 }, (_, i) =>
  srgbToLinear(Math.min(1, i / CODE_STEPS)),
);

/** Linear light of a coded value, clamped to 0…1. */
function lightOf(code: number): number {
  const at = CODE_STEPS * Math.min(1, Math.max(0, code));
  const below = at | 0;
  const low = lightOfStep[below]!;
  return low + (at - below) * (lightOfStep[below + 1]! - low);
}

/** Gives paint the chroma of the content, in OKLab, or as much of it as sRGB has at the paint's lightness. */
function createRecolour(): Change {
  const own = new Float64Array(3);
  const other = new Float64Array(3);
  const result = new Float64Array(3);
  const isInside = (): boolean => isLight(result[0]!) && isLight(result[1]!) && isLight(result[2]!);
  return (coded, i, content) => {
    doubledOklab(lightOf(coded[i]!), lightOf(coded[i + 1]!), lightOf(coded[i + 2]!), own);
    doubledOklab(content[0]!, content[1]!, content[2]!, other);
    const lightness = Math.min(1, Math.max(0, own[0]!));
    const withChroma = (share: number): void =>
      linearOfDoubled(lightness, share * other[1]!, share * other[2]!, result);
    withChroma(1);
    if (!isInside()) {
      let [good, bad] = [0, 1];
      for (let n = 0; n < BISECTIONS; n++) {
        const middle = (good + bad) / 2;
        withChroma(middle);
        if (isInside()) good = middle;
        else bad = middle;
      }
      withChroma(good);
    }
    for (let c = 0; c < 3; c++) coded[i + c] = codeOfLinear(result[c]!);
  };
}
