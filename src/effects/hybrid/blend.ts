// Blends two pictures of one size into a hybrid, one colour channel at a time: bands, fit, and the report.
import {
  add,
  clipByValue,
  div,
  fill,
  floor,
  mul,
  type Rank,
  sub,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import { createImage, type Image, type Size } from '../../image.ts';
import {
  type ColourOptions,
  codedColours,
  writeColours,
} from '../../tensor/colour/coded-colours.ts';
import { createLowPass, type LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { type Pace, portion } from '../../timing.ts';
import { fitByDescent, fitByProjection } from './fit.ts';
import { frequencyMix, hybridLoss, type Pair } from './objective.ts';
import { createHybridReport, type HybridReport } from './report.ts';
import { coloursTogether, type hybridSettings, paddedSize } from './settings.ts';

type Settings = ReturnType<typeof hybridSettings>;

export type BlendOptions = {
  ratio: number;
  color: 'both' | 'far' | 'near' | 'gray';
  gain: number;
  preview: string;
};

const FAR_WEIGHT = 1;
// Range to which the far picture is compressed, so that detail has room on both sides. 18…82 % keeps clipping under half
// a percent on photographs (bench/README.md, Hybrids of photographs).
const HEADROOM = { low: 0.18, high: 0.82 };
const WHOLE = { low: 0, high: 1 };
// Share of the largest step that the curvature allows. A whole step comes closer to the far picture but loses near detail.
const RELAXATION = 0.5;
// Rough durations, in blurs: reading a picture, preparing the fit, a gradient step, writing the result, and the report.
const DURATIONS = { read: 0.5, preparation: 3, step: 2, write: 0.5, report: 8 };

/** The hybrid of two pictures of one size, with the near picture's alpha. */
export async function blend(
  pair: { near: Image; far: Image },
  settings: Settings,
  options: BlendOptions,
  { pace, reports }: { pace: Pace; reports: boolean },
): Promise<{ image: Image; report?: Record<string, unknown> }> {
  const { width, height } = pair.near;
  const { mode, steps, sigma, coarse, kernel, borders, headroom } = settings;
  const { color, preview } = options;
  const size = paddedSize(pair.near, coarse);
  const padding = { x: size.width - width, y: size.height - height };
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
    const image = createImage(pair.near, pair.near.data.slice());
    const { read: reading, preparation, step, write } = DURATIONS;
    const reads = report ? 4 : 2;
    const blurs =
      reads * reading + preparation + steps * step + write + (report ? DURATIONS.report : 0);
    const all = passes(size, color);
    // Takes blurs of the channels of one pass.
    const blurPace = portion(pace, 1 / (blurs * all.length));
    for (const colours of all) {
      const { targets, copies } = colours;
      await withOwn(async (own) => {
        const read = async (keep: Own) => ({
          far: keep(await far.read(colours, portion(blurPace, reading))),
          near: keep(await near.read(colours, portion(blurPace, reading))),
        });
        const x = own(
          await withOwn(async (own) =>
            blendColours({ ...(await read(own)), own }, settings, options, {
              lowPass,
              blurPace,
              report,
              copies,
            }),
          ),
        );
        const shown = mode === 'reference' && !isBand ? own(truncated(x)) : x;
        await writeColours(shown, image, targets, portion(blurPace, write));
        // Read again, because they were freed to make room for the fit.
        await report?.addColours(
          { ...(await read(own)), x },
          lowPass,
          portion(blurPace, DURATIONS.report),
        );
      });
    }
    return report ? { image, report: { mode, steps, sigma, ...report.numbers() } } : { image };
  } finally {
    for (const thing of [near, far, lowPass]) thing.dispose();
  }
}

type Made = { dispose: () => void };
type Own = <T extends Made>(thing: T) => T;

/** Frees at the end everything that `use` has passed to `own`. */
async function withOwn<T>(use: (own: Own) => Promise<T>): Promise<T> {
  const made: Made[] = [];
  try {
    return await use((thing) => {
      made.push(thing);
      return thing;
    });
  } finally {
    for (const thing of made) thing.dispose();
  }
}

/** Colour channels that are blended in one pass. */
type Colours = {
  /** Channels to read, 0…2. */
  colours: number[];
  /** For each channel of the image the index in `colours` that it takes, if any. */
  targets: (number | undefined)[];
  /** How many equal channels each one stands for. */
  copies: number;
  isLast: boolean;
};

function passes(size: Size, color: BlendOptions['color']): Colours[] {
  if (color === 'gray') return [{ colours: [0], targets: [0, 0, 0], copies: 3, isLast: true }];
  const all = [0, 1, 2];
  if (coloursTogether(size) === 3) {
    return [{ colours: all, targets: all, copies: 1, isLast: true }];
  }
  return all.map((colour) => ({
    colours: [colour],
    targets: all.map((target) => (target === colour ? 0 : undefined)),
    copies: 1,
    isLast: colour === 2,
  }));
}

/** Reads channels as new tensors. A grey picture, which is the same in every channel, is read only once. */
function createReader(picture: Image, options: Omit<ColourOptions, 'colours'>) {
  let light: Tensor3D | undefined;
  return {
    async read({ colours, isLast }: Colours, pace: Pace): Promise<Tensor3D> {
      const read = light ?? (await codedColours(picture, { ...options, colours }, pace));
      light = options.isGrey && !isLast ? read : undefined;
      return light?.clone() ?? read;
    },
    dispose: () => light?.dispose(),
  };
}

type Blending = Pair & { own: Own };
type Tools = {
  lowPass: LowPass;
  /** Takes the number of blurs that the work done since the last call took, roughly. */
  blurPace: Pace;
  report: HybridReport | undefined;
  copies: number;
};

/** The hybrid of some channels, unclamped. The heap never shrinks, so tensors are freed before the next step allocates. */
async function blendColours(
  { near, far, own }: Blending,
  settings: Settings,
  { ratio, gain, preview }: BlendOptions,
  { lowPass, blurPace, report, copies }: Tools,
): Promise<Tensor3D> {
  const { mode, init, coarse } = settings;
  const detail = gain === 1 ? near : own(boosted(near, lowPass, gain));
  if (detail !== near) near.dispose();
  await blurPace(DURATIONS.preparation / 3);
  if (preview === 'low') return lowPass.smooth(far);
  if (preview === 'high') {
    far.dispose();
    return inTurn(
      detail,
      lowPass.smooth,
      (low) => sub(detail, low),
      (high) => add(high, 0.5),
    );
  }
  const isReference = mode === 'reference';
  const mix = (): Tensor3D => frequencyMix({ near: detail, far }, lowPass, settings.share);
  if (mode === 'frequency' && !report) return mix();
  const mixed = !isReference || init === 'frequency' ? own(mix()) : undefined;
  await blurPace(DURATIONS.preparation / 3);
  const target = isReference || !mixed ? detail : mixed;
  const weights = { nearWeight: ratio, farWeight: FAR_WEIGHT };
  const evaluator = own(hybridLoss({ near: target, far }, { ...weights, lowPass, coarse }));
  await blurPace(DURATIONS.preparation / 3);
  const starts = { frequency: mixed, near: detail, far, gray: undefined };
  const start = starts[init] ?? own(fill<Rank.R3>(near.shape, 0.5));
  for (const done of [near, far, detail, mixed]) {
    if (done !== target && done !== start) done?.dispose();
  }
  const options = {
    steps: settings.steps,
    pause: async (): Promise<void> => blurPace(DURATIONS.step),
    report: report && ((loss: LossReport) => report.addLoss(loss, copies)),
  };
  // In reference mode the near target is the near picture itself; otherwise it is the closed-form mix, whose low frequencies
  // already are the far picture's, so that fitting corrects the far view without losing near detail.
  const step = (RELAXATION * 0.5) / (ratio + FAR_WEIGHT);
  return isReference
    ? fitByDescent(evaluator, start, { lr: settings.lr, ...options })
    : fitByProjection(evaluator, start, { step, ...options });
}

// The original recipe casts to bytes, which truncates.
const truncated = (x: Tensor3D): Tensor3D =>
  inTurn(
    x,
    (v) => clipByValue(v, 0, 1),
    (v) => mul(v, 255),
    floor,
    (v) => div(v, 255),
  );

/** Detail times `gain`: x + (gain − 1) (x − G x). */
const boosted = (x: Tensor3D, lowPass: LowPass, gain: number): Tensor3D =>
  inTurn(
    x,
    lowPass.smooth,
    (low) => sub(x, low),
    (detail) => mul(detail, gain - 1),
    (detail) => add(x, detail),
  );
