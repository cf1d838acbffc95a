// The engine fast: a network paints the picture in one go (Ghiasi et al. 2017), told by a vector in whose manner.
import type { Size } from '../../image.ts';
import { STYLE_SIDE } from '../../nets/magenta/predictor.ts';
import { transferStyle } from '../../nets/magenta/transform.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import { guidedUpsampling } from '../../tensor/filter/guided-upsampling.ts';
import { fromImage, fromLinear, type Linear, type Picture } from '../../tensor/picture/picture.ts';
import { linearOf } from '../../tensor/picture/read-rows.ts';
import { eachBand, type Pace } from '../../timing.ts';
import type { Cost, Work } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import { finished, type Paint } from './finish.ts';
import { type StyleParams, sharesOf, type styleParams } from './params.ts';
import { type Colour, fitWithin, meanSeen, rgbOf, scalingBytes, sized } from './planes.ts';
import { mixed, PREDICTOR, vectorCost, vectorOf } from './vector.ts';

/** The model that paints. */
const TRANSFER = 'fast-style';

/** Longest side that `size=auto` comes to, and shortest: strokes have a size of their own in pixels, and below that they are all that is seen. */
export const AUTO_SIDES = { least: 128, most: 512 };

/** Strength below which the painted picture fades into the other: the network paints also what it is to leave as it is, if less. */
const FADED = 0.2;

/** Bytes of the network's weights; of a pixel that is worked at in JavaScript (linear light, coded, the same padded, painted) and in tensors. */
const WEIGHTS_BYTES = 2e6;
const WORKED_BYTES = 56;
const TENSOR_BYTES = { fixed: 2e6, perWorked: 130 };
const RESULT_BYTES = 4;

/** Roughly what a pixel takes, in nanoseconds: of the guide, of the result, and more of that for each that was worked at. */
const LIGHTNESS = 20;
const ENLARGED = 50;
const GUIDED = 80;

/** The models that `run` asks for. */
export const fastModels = ({ strength }: StyleParams): string[] =>
  strength < 1 ? [TRANSFER, PREDICTOR] : [TRANSFER];

const sideOf = ({ size }: StyleParams): number => (size === 'auto' ? AUTO_SIDES.most : size);

/** What painting a picture of this size takes, its own vector included where that is needed. */
export function paintingCost(size: Size, params: StyleParams): Cost {
  if (params.strength === 0) return { work: {}, bytes: 0 };
  const worked = fitWithin(size, sideOf(params));
  const pixels = size.width * size.height;
  const fastPixels = worked.width * worked.height;
  const own = params.strength < 1 ? vectorCost(ownSeen(size, worked)) : undefined;
  const smaller = fastPixels < pixels;
  const { predictions = 0, scaled = 0 } = own?.work ?? {};
  const work: Work = {
    fastRuns: 1,
    fastPixels,
    predictions,
    scaled: scaled + (smaller ? pixels : 0),
    guided: smaller ? fastPixels : 0,
    upscaled: smaller ? pixels : 0,
    finished: pixels,
    recoloured: params.color === 'content' ? pixels : 0,
    faded: params.strength < FADED ? pixels : 0,
  };
  return {
    work,
    bytes:
      WEIGHTS_BYTES +
      WORKED_BYTES * fastPixels +
      RESULT_BYTES * pixels +
      (smaller ? scalingBytes(size, worked) : 0) +
      (own?.bytes ?? 0),
    heap: Math.max(TENSOR_BYTES.fixed + TENSOR_BYTES.perWorked * fastPixels, own?.heap ?? 0),
  };
}

/** Paints by the network. Throws `model_missing`. */
export async function paintFast({
  picture,
  vectors,
  params,
  model,
  pace,
}: EffectRun<typeof styleParams, 'style'>): Promise<EffectResult> {
  const { strength, color } = params;
  const styles = vectors.style ?? [];
  if (strength === 0) return { picture };
  const worked = fitWithin(picture, sideOf(params));
  const small = await linearOf(await sized(picture, worked, pace), pace);
  const behind = await meanSeen(small, pace);
  const style = mixed(styles, sharesOf(params, styles.length));
  const vector =
    strength < 1
      ? await towards(style, strength, () =>
          vectorOf(seenFrom(picture, fromLinear(small)), { model, pace }),
        )
      : style;
  const content = await rgbOf(small, behind, pace);
  const painted = await transferStyle(content, vector, { weights: await model(TRANSFER), pace });
  const paint =
    worked.width === picture.width && worked.height === picture.height
      ? asPainted(painted)
      : await enlarged(painted, { small, behind, to: picture }, pace);
  const cover = Math.min(1, strength / FADED);
  return {
    picture: fromImage(await finished(paint, { content: picture, colours: color, cover }, pace)),
  };
}

const shortSide = ({ width, height }: Size): number => Math.min(width, height);

/** The size of which the content's own vector is made: of the small picture where that has all that is seen. */
const ownSeen = (size: Size, worked: Size): Size =>
  shortSide(worked) >= STYLE_SIDE ? worked : size;

const seenFrom = (picture: Picture, small: Picture): Picture =>
  shortSide(small) >= STYLE_SIDE ? small : picture;

/** What lies at `strength` on the way from the content's own vector. */
async function towards(
  style: Float32Array,
  strength: number,
  own: () => Promise<Float32Array>,
): Promise<Float32Array> {
  return mixed([await own(), style], [1 - strength, strength]);
}

const asPainted = ({ width, data }: Rgb): Paint => ({
  ns: 0,
  row: (y) => data.subarray(3 * width * y, 3 * width * (y + 1)),
});

/** The painted picture at the content's size, along the content's edges. */
async function enlarged(
  { width, height, data }: Rgb,
  { small, behind, to }: { small: Linear; behind: Colour; to: Picture },
  pace: Pace,
): Promise<Paint> {
  const guide = new Float32Array(width * height);
  await eachBand({ count: height, ns: LIGHTNESS * width }, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const [at, stride] = [y * width, width * small.channels];
      const light = small.data.subarray(y * stride, (y + 1) * stride);
      lightnessOf(light, behind, guide.subarray(at, at + width));
    }
  });
  const row = guidedUpsampling({ width, height, colours: data, guide }, to);
  const guideRow = new Float32Array(to.width);
  return {
    ns: LIGHTNESS + ENLARGED + (GUIDED * width * height) / (to.width * to.height),
    row(y, content) {
      lightnessOf(content, behind, guideRow);
      return row(y, guideRow);
    },
  };
}

/** Luminance as sRGB codes it: differences count about as they look. */
function lightnessOf(light: Float32Array, behind: Colour, out: Float32Array): void {
  const channels = light.length / out.length;
  const { r, g, b } = LUMINANCE;
  const through = r * behind[0] + g * behind[1] + b * behind[2];
  for (let x = 0, i = 0; x < out.length; x++, i += channels) {
    const clear = channels === 4 ? 1 - light[i + 3]! : 0;
    out[x] = codeOfLinear(r * light[i]! + g * light[i + 1]! + b * light[i + 2]! + clear * through);
  }
}
