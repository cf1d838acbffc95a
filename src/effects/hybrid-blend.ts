// Blends two pictures of one size into a hybrid: bands, fit, and the numbers about the result.
import {
  add,
  clipByValue,
  clone,
  div,
  fill,
  floor,
  mirrorPad,
  mul,
  slice,
  sub,
  sum,
  type Tensor3D,
  tensor1d,
  tidy,
  tile,
} from '@tensorflow/tfjs-core';
import type { LossReport } from '../fit/fit.ts';
import type { Evaluator } from '../fit/loss.ts';
import type { Pace } from '../pace.ts';
import { createLowPass, type LowPass } from '../tensor/low-pass.ts';
import { type Coded, codedOf, type Picture } from '../tensor/picture.ts';
import { fitByDescent, fitByProjection } from './hybrid-fit.ts';
import { frequencyMix, hybridLoss } from './hybrid-objective.ts';
import { correlations, type Hybrid } from './hybrid-report.ts';
import { coarsePadding, type hybridSettings } from './hybrid-settings.ts';

type Settings = ReturnType<typeof hybridSettings>;

export type BlendOptions = {
  ratio: number;
  color: 'both' | 'far' | 'near' | 'gray';
  gain: number;
  preview: string;
};

const FAR_WEIGHT = 1;
// What stays of the far picture's range: detail needs room on both sides. 18…82 % keeps clipping under half a
// percent on photographs (bench/README.md, Hybrids of photographs).
const HEADROOM = { low: 0.18, high: 0.82 };
// Half of the step that the curvature allows: the whole one brings the far picture's light closer, at the price of near detail.
const RELAXATION = 0.5;
// Roughly what a pixel takes of a blur with what is around it, and of a step, in nanoseconds; and a step of any size.
const BLUR = 75;
const STEP = 150;
const SMALL_STEP = 2.5e6;

/** The hybrid of two pictures of one size; the caller owns the tensor `[h, w, 3]`, sRGB-coded. Alpha is the near picture's. */
export async function blend(
  pair: { near: Picture; far: Picture },
  settings: Settings,
  options: BlendOptions,
  { pace, reports }: { pace: Pace; reports: boolean },
): Promise<Hybrid> {
  const { width, height } = pair.near;
  const extra = {
    x: coarsePadding(width, settings.coarse),
    y: coarsePadding(height, settings.coarse),
  };
  const { coarse, kernel, borders } = settings;
  const made: { dispose: () => void }[] = [];
  const own = <T extends { dispose: () => void }>(thing: T): T => {
    made.push(thing);
    return thing;
  };
  const cut = (x: Tensor3D): Tensor3D =>
    extra.x || extra.y ? slice(x, [0, 0, 0], [height, width, 3]) : clone(x);
  try {
    const size = { width: width + extra.x, height: height + extra.y };
    const blurTime = BLUR * width * height;
    const lowPass = own(createLowPass({ ...size, kernel, borders, coarse }));
    const { color } = options;
    const greyNear = color === 'far' || color === 'gray';
    const { tensor: near, alpha } = await prepared(pair.near, { isGrey: greyNear, extra }, pace);
    own(near);
    const greyFar = color === 'near' || color === 'gray';
    const { headroom } = settings;
    const { tensor: far } = await prepared(pair.far, { isGrey: greyFar, headroom, extra }, pace);
    own(far);
    const detail = own(boosted(near, lowPass, options.gain));
    await pace(blurTime);
    if (options.preview === 'low' || options.preview === 'high') {
      return { tensor: tidy(() => cut(band(options.preview, { detail, far, lowPass }))), alpha };
    }
    const mixed = own(frequencyMix({ near: detail, far }, lowPass, settings.share));
    await pace(blurTime);
    const { mode, init } = settings;
    const target = mode === 'reference' ? detail : mixed;
    const weights = { nearWeight: options.ratio, farWeight: FAR_WEIGHT };
    const evaluator = own(hybridLoss({ near: target, far }, { ...weights, lowPass, coarse }));
    await pace(blurTime);
    const start = own(startFrom(init, { detail, far, mixed }));
    // The heap never shrinks: what is not needed any more goes before the steps need room.
    if (!reports) {
      for (const done of [near, far, ...(target === detail ? [mixed] : [detail])]) done.dispose();
    }
    const losses: LossReport[] = [];
    const pause = async (): Promise<void> => pace(SMALL_STEP + STEP * width * height);
    const report = reports ? (step: LossReport) => void losses.push(step) : undefined;
    const x = own(
      await fitted({ evaluator, start }, settings, { ratio: options.ratio, pause, report }),
    );
    const tensor = tidy(() => {
      const whole = clipByValue(cut(x), 0, 1) as Tensor3D;
      // The recipe casts to bytes, which truncates.
      return settings.mode === 'reference' ? (div(floor(mul(whole, 255)), 255) as Tensor3D) : whole;
    });
    if (!reports) return { tensor, alpha };
    const { steps, sigma } = settings;
    const flat = losses.map(({ step, loss, terms }) => ({ step, loss, ...terms }));
    try {
      const numbers = await correlations(x, { near, far, lowPass }, pace);
      return { tensor, alpha, report: { mode, steps, sigma, losses: flat, ...numbers } };
    } catch (error) {
      tensor.dispose();
      throw error;
    }
  } finally {
    for (const thing of made) thing.dispose();
  }
}

/** A picture as a coded tensor, which the caller owns: grey where its colours are not kept, with headroom on request, its sides extended to whole coarse cells. */
async function prepared(
  picture: Picture,
  options: { isGrey: boolean; headroom?: boolean; extra: { x: number; y: number } },
  pace: Pace,
): Promise<Coded> {
  const { isGrey, headroom, extra } = options;
  const { tensor, alpha } = await codedOf(picture, pace);
  const range = HEADROOM.high - HEADROOM.low;
  try {
    const whole = tidy(() => {
      const light = isGrey ? grey(tensor) : tensor;
      return extend(headroom ? add(mul(light, range), HEADROOM.low) : light, extra);
    });
    return { tensor: whole, alpha };
  } finally {
    tensor.dispose();
  }
}

/** The first picture of the fit; shares its numbers with what it is a copy of. */
function startFrom(
  init: Settings['init'],
  { detail, far, mixed }: { detail: Tensor3D; far: Tensor3D; mixed: Tensor3D },
): Tensor3D {
  if (init === 'gray') return fill(mixed.shape, 0.5);
  return { frequency: mixed, near: detail, far }[init].clone();
}

/**
 * The fitted picture, a new tensor. In reference mode the near target is the near picture itself; otherwise it is the closed-form
 * mix, whose low frequencies are the far picture's already, so that fitting corrects the light from afar and does not
 * trade it against detail.
 */
async function fitted(
  { evaluator, start }: { evaluator: Evaluator<Tensor3D>; start: Tensor3D },
  { mode, steps, lr }: Settings,
  { ratio, pause, report }: Fit,
): Promise<Tensor3D> {
  if (mode === 'frequency' && !report) return start.clone();
  if (mode === 'reference') return fitByDescent(evaluator, start, { steps, lr, pause, report });
  const step = (RELAXATION * 0.5) / (ratio + FAR_WEIGHT);
  return fitByProjection(evaluator, start, { steps, step, pause, report });
}

type Fit = {
  ratio: number;
  pause: () => Promise<void>;
  report: ((report: LossReport) => void) | undefined;
};

/** Detail times `gain`: x + (gain − 1) (x − G x). */
const boosted = (x: Tensor3D, lowPass: LowPass, gain: number): Tensor3D =>
  gain === 1 ? x.clone() : tidy(() => add(x, mul(sub(x, lowPass.smooth(x)), gain - 1)));

const band = (
  which: string,
  { detail, far, lowPass }: { detail: Tensor3D; far: Tensor3D; lowPass: LowPass },
): Tensor3D =>
  clipByValue(
    which === 'low' ? lowPass.smooth(far) : add(sub(detail, lowPass.smooth(detail)), 0.5),
    0,
    1,
  );

// Rec. 709 weights on coded values: the light that a picture gives when its colours are left out.
const grey = (x: Tensor3D): Tensor3D =>
  tidy(() => tile(sum(mul(x, tensor1d([0.2126, 0.7152, 0.0722])), 2, true), [1, 1, 3]));

function extend(x: Tensor3D, { x: right, y: below }: { x: number; y: number }): Tensor3D {
  if (right === 0 && below === 0) return x.clone();
  return mirrorPad(
    x,
    [
      [0, below],
      [0, right],
      [0, 0],
    ],
    'symmetric',
  );
}
