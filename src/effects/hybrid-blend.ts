// Blends two pictures of one size into a hybrid, a colour at a time: bands, fit, and the numbers about the result.
import { add, fill, mul, sub, type Tensor3D } from '@tensorflow/tfjs-core';
import type { LossReport } from '../fit/fit.ts';
import type { Image, Size } from '../image.ts';
import type { Pace } from '../pace.ts';
import {
  blackLike,
  type ColourOptions,
  codedColours,
  writeColours,
} from '../tensor/coded-colours.ts';
import { inTurn } from '../tensor/in-turn.ts';
import { createLowPass, type LowPass } from '../tensor/low-pass.ts';
import type { Picture } from '../tensor/picture.ts';
import { fitByDescent, fitByProjection } from './hybrid-fit.ts';
import { frequencyMix, hybridLoss, type Pair } from './hybrid-objective.ts';
import { createHybridReport, type HybridReport } from './hybrid-report.ts';
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
const WHOLE = { low: 0, high: 1 };
// Half of the step that the curvature allows: the whole one brings the far picture's light closer, at the price of near detail.
const RELAXATION = 0.5;
// Roughly what a value takes of a blur with what is around it, and of a step, in nanoseconds; and a step of any size.
const BLUR = 25;
const STEP = 50;
const SMALL_STEP = 2.5e6;

// From here on, colours go one by one: a third of the memory. Below, that would cost more time than the calls of kernels are worth.
const ONE_BY_ONE = 128 ** 2;

/** The hybrid of two pictures of one size, with the near picture's alpha. */
export async function blend(
  pair: { near: Picture; far: Picture },
  settings: Settings,
  options: BlendOptions,
  { pace, reports }: { pace: Pace; reports: boolean },
): Promise<{ image: Image; report?: Record<string, unknown> }> {
  const { width, height } = pair.near;
  const { mode, steps, sigma, coarse, kernel, borders, headroom } = settings;
  const { color, preview } = options;
  const padding = { x: coarsePadding(width, coarse), y: coarsePadding(height, coarse) };
  const size = { width: width + padding.x, height: height + padding.y };
  const isBand = preview === 'low' || preview === 'high';
  const report = reports && !isBand ? createHybridReport() : undefined;
  const near = createReader(pair.near, {
    padding,
    isGrey: color === 'far' || color === 'gray',
    range: WHOLE,
  });
  const far = createReader(pair.far, {
    padding,
    isGrey: color === 'near' || color === 'gray',
    range: headroom ? HEADROOM : WHOLE,
  });
  const lowPass = createLowPass({ ...size, kernel, borders, coarse });
  try {
    const image = blackLike(pair.near);
    for (const { colours, targets, copies } of passes(size, color)) {
      const made: Made[] = [];
      try {
        const colour = {
          far: await far.read(colours, pace),
          near: await near.read(colours, pace),
          own: ownIn(made),
        };
        made.push(colour.far, colour.near);
        const x = await blendColours(colour, settings, options, { lowPass, pace, report, copies });
        // The recipe casts to bytes, which truncates.
        await writeColours(x, image, { targets, truncated: mode === 'reference' && !isBand }, pace);
        await report?.addColours({ ...colour, x }, lowPass, pace);
      } finally {
        for (const thing of made) thing.dispose();
      }
    }
    return report ? { image, report: { mode, steps, sigma, ...report.numbers() } } : { image };
  } finally {
    for (const thing of [near, far, lowPass]) thing.dispose();
  }
}

type Made = { dispose: () => void };
type Own = <T extends Made>(thing: T) => T;

const ownIn =
  (made: Made[]): Own =>
  (thing) => {
    made.push(thing);
    return thing;
  };

/** Which colours go together, which of theirs each of the image's takes, and for how many alike each of them stands. */
function passes({ width, height }: Size, color: BlendOptions['color']) {
  if (color === 'gray') return [{ colours: [0], targets: [0, 0, 0], copies: 3 }];
  const all = [0, 1, 2];
  if (width * height < ONE_BY_ONE) return [{ colours: all, targets: all, copies: 1 }];
  return all.map((colour) => ({
    colours: [colour],
    targets: all.map((target) => (target === colour ? 0 : undefined)),
    copies: 1,
  }));
}

/** Reads colours as new tensors; light, which is the same for all of them, only once. */
function createReader(picture: Picture, options: Omit<ColourOptions, 'colours'>) {
  let light: Tensor3D | undefined;
  return {
    async read(colours: readonly number[], pace: Pace): Promise<Tensor3D> {
      if (!options.isGrey) return codedColours(picture, { ...options, colours }, pace);
      light ??= await codedColours(picture, { ...options, colours }, pace);
      return light.clone();
    },
    dispose: () => light?.dispose(),
  };
}

type Colours = Pair & { own: Own };
type Tools = { lowPass: LowPass; pace: Pace; report: HybridReport | undefined; copies: number };

/** The hybrid of some colours, unclamped. The heap never shrinks: what is not needed any more goes before the next step needs room. */
async function blendColours(
  { near, far, own }: Colours,
  settings: Settings,
  { ratio, gain, preview }: BlendOptions,
  { lowPass, pace, report, copies }: Tools,
): Promise<Tensor3D> {
  const { mode, init, coarse } = settings;
  const blurTime = BLUR * near.size;
  const detail = own(boosted(near, lowPass, gain));
  if (!report) near.dispose();
  await pace(blurTime);
  if (preview === 'low') return own(lowPass.smooth(far));
  if (preview === 'high') {
    far.dispose();
    return own(
      inTurn(
        detail,
        lowPass.smooth,
        (low) => sub(detail, low),
        (high) => add(high, 0.5),
      ),
    );
  }
  const isReference = mode === 'reference';
  const mixed =
    !isReference || init === 'frequency'
      ? own(frequencyMix({ near: detail, far }, lowPass, settings.share))
      : undefined;
  await pace(blurTime);
  if (mixed && mode === 'frequency' && !report) return mixed;
  const target = isReference || !mixed ? detail : mixed;
  const weights = { nearWeight: ratio, farWeight: FAR_WEIGHT };
  const evaluator = own(hybridLoss({ near: target, far }, { ...weights, lowPass, coarse }));
  await pace(blurTime);
  const start = own(startFrom(init, { detail, far, mixed }));
  if (!report) far.dispose();
  for (const done of [detail, mixed]) if (done !== target) done?.dispose();
  const options = {
    steps: settings.steps,
    pause: async (): Promise<void> => pace(SMALL_STEP + STEP * near.size),
    report: report && ((loss: LossReport) => report.addLoss(loss, copies)),
  };
  // In reference mode the near target is the near picture itself; otherwise it is the closed-form mix, whose low frequencies are the
  // far picture's already, so that fitting corrects the light from afar and does not trade it against detail.
  const step = (RELAXATION * 0.5) / (ratio + FAR_WEIGHT);
  return own(
    await (isReference
      ? fitByDescent(evaluator, start, { lr: settings.lr, ...options })
      : fitByProjection(evaluator, start, { step, ...options })),
  );
}

/** The first picture of the fit; shares its numbers with what it is a copy of. */
function startFrom(
  init: Settings['init'],
  { detail, far, mixed }: { detail: Tensor3D; far: Tensor3D; mixed: Tensor3D | undefined },
): Tensor3D {
  if (init === 'gray') return fill(detail.shape, 0.5);
  return ({ frequency: mixed, near: detail, far }[init] ?? detail).clone();
}

/** Detail times `gain`: x + (gain − 1) (x − G x). */
const boosted = (x: Tensor3D, lowPass: LowPass, gain: number): Tensor3D =>
  gain === 1
    ? x.clone()
    : inTurn(
        x,
        lowPass.smooth,
        (low) => sub(x, low),
        (detail) => mul(detail, gain - 1),
        (detail) => add(x, detail),
      );
