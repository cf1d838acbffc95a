// Blends two pictures of one size into a hybrid: bands, fit, and the report.
import { add, fill, mul, type Rank, sub, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import { createImage, type Image } from '../../image.ts';
import { createLowPass, type LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { packed, pixelsOf, type UnpackAttrs, unpacked } from '../../tensor/ops/packed-pixels.ts';
import { type Pace, portion } from '../../timing.ts';
import type { JobPort } from '../job-port.ts';
import { fitByDescent, fitByProjection } from './fit.ts';
import { frequencyMix, hybridLoss, type Pair } from './objective.ts';
import { createHybridReport, type HybridReport } from './report.ts';
import { type hybridSettings, paddedSize } from './settings.ts';
import { createHybridWatch } from './watch.ts';

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
// Rough durations, in mixes: reading both pictures, mixing them, preparing the fit, a gradient step, writing, and the report.
const DURATIONS = { read: 0.5, mix: 1, preparation: 1, step: 2, write: 0.3, report: 20 };

/** The hybrid of two pictures of one size, with the near picture's alpha. */
export async function blend(
  pair: { near: Image; far: Image },
  settings: Settings,
  options: BlendOptions,
  { pace, reports, job }: { pace: Pace; reports: boolean; job?: JobPort | undefined },
): Promise<{ image: Image; report?: Record<string, unknown> }> {
  const { mode, steps, sigma, coarse, kernel, borders, headroom } = settings;
  const { color, preview } = options;
  const isBand = preview === 'low' || preview === 'high';
  const report = reports && !isBand ? createHybridReport() : undefined;
  const lowPass = createLowPass({ kernel, borders, coarse });
  const common = {
    size: paddedSize(pair.near, coarse),
    channels: color === 'gray' ? 1 : 3,
  } as const;
  const readNear = () =>
    readColours(pair.near, {
      ...common,
      isGrey: color === 'far' || color === 'gray',
      range: WHOLE,
    });
  const readFar = () =>
    readColours(pair.far, {
      ...common,
      isGrey: color === 'near' || color === 'gray',
      range: headroom ? HEADROOM : WHOLE,
    });
  const { read, mix, preparation, step, write } = DURATIONS;
  const mixes = read + mix + preparation + steps * step + write + (report ? DURATIONS.report : 0);
  const mixPace = portion(pace, 1 / mixes);
  return withOwn(async (own) => {
    const x = own(
      await withOwn(async (own) => {
        const colours = { near: own(readNear()), far: own(readFar()) };
        await mixPace(read);
        const imageOf = (x: Tensor3D): Image =>
          writeColours(x, pair.near, { truncate: mode === 'reference' });
        const watching = job && { job, imageOf };
        const tools = { lowPass, mixPace, report, watching };
        return blendColours({ ...colours, own }, settings, options, tools);
      }),
    );
    const image = writeColours(x, pair.near, { truncate: mode === 'reference' && !isBand });
    await mixPace(write);
    if (!report) return { image };
    // Read again, because they were freed to make room for the fit.
    const colours = { near: own(readNear()), far: own(readFar()), x };
    await report.addColours(colours, lowPass, portion(mixPace, DURATIONS.report));
    return { image, report: { mode, steps, sigma, ...report.numbers() } };
  });
}

/** Colours of an image as a new tensor. */
function readColours(image: Image, attrs: UnpackAttrs): Tensor3D {
  const pixels = pixelsOf(image);
  const colours = unpacked(pixels, attrs);
  pixels.dispose();
  return colours;
}

/** The colours `x` with the size and the alpha of `image`. */
function writeColours(x: Tensor3D, image: Image, attrs: { truncate: boolean }): Image {
  const under = pixelsOf(image);
  const pixels = packed(x, under, attrs);
  under.dispose();
  const { buffer, byteOffset, byteLength } = pixels.dataSync<'int32'>();
  pixels.dispose();
  return createImage(image, new Uint8ClampedArray(buffer, byteOffset, byteLength));
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

type Blending = Pair & { own: Own };
type Tools = {
  lowPass: LowPass;
  /** Takes the work done since the last call, in mixes. */
  mixPace: Pace;
  report: HybridReport | undefined;
  /** Where the fit runs as a job. */
  watching: { job: JobPort; imageOf: (x: Tensor3D) => Image } | undefined;
};

/** The hybrid, unclamped. The heap never shrinks, so tensors are freed before the next step allocates. */
async function blendColours(
  { near, far, own }: Blending,
  settings: Settings,
  { ratio, gain, preview }: BlendOptions,
  { lowPass, mixPace, report, watching }: Tools,
): Promise<Tensor3D> {
  const { mode, init } = settings;
  const detail = gain === 1 ? near : own(boosted(near, lowPass, gain));
  if (detail !== near) near.dispose();
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
  await mixPace(DURATIONS.mix);
  const target = isReference || !mixed ? detail : mixed;
  const weights = { nearWeight: ratio, farWeight: FAR_WEIGHT };
  const evaluator = own(hybridLoss({ near: target, far }, { ...weights, lowPass }));
  const starts = { frequency: mixed, near: detail, far, gray: undefined };
  const start = starts[init] ?? own(fill<Rank.R3>(near.shape, 0.5));
  for (const done of [near, far, detail, mixed]) {
    if (done !== target && done !== start) done?.dispose();
  }
  await mixPace(DURATIONS.preparation);
  // One channel stands for three.
  const copies = near.shape[2] === 1 ? 3 : 1;
  const watch =
    watching &&
    createHybridWatch({
      ...watching,
      steps: settings.steps,
      copies,
      shape: start.shape,
      reported: () => report?.numbers().losses ?? [],
      tensorOf: (values) => tensor3d(values, start.shape),
    });
  if (watch?.resumed) report?.continueFrom(watch.resumed.losses);
  const options = {
    steps: settings.steps,
    watch,
    pause: async (): Promise<void> => mixPace(DURATIONS.step),
    report: report && ((loss: LossReport) => report.addLoss(loss, copies)),
  };
  // In reference mode the near target is the near picture itself; otherwise it is the closed-form mix, whose low frequencies
  // already are the far picture's, so that fitting corrects the far view without losing near detail.
  const step = (RELAXATION * 0.5) / (ratio + FAR_WEIGHT);
  return isReference
    ? fitByDescent(evaluator, start, { lr: settings.lr, ...options })
    : fitByProjection(evaluator, start, { step, ...options });
}

/** Detail times `gain`: x + (gain − 1) (x − G x). */
const boosted = (x: Tensor3D, lowPass: LowPass, gain: number): Tensor3D =>
  inTurn(
    x,
    lowPass.smooth,
    (low) => sub(x, low),
    (detail) => mul(detail, gain - 1),
    (detail) => add(x, detail),
  );
