// Blends two pictures of one size into a hybrid: bands, fit, and the report.
import { type Tensor2D, type Tensor3D, tensor3d } from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import { createImage, type Image, type Size } from '../../image.ts';
import { createLowPass, type LowPass, type Packed } from '../../tensor/filter/low-pass.ts';
import { type PixelRows, packed, pixelsOf, unpacked } from '../../tensor/ops/packed-pixels.ts';
import { type Own, withOwn } from '../../tensor/own.ts';
import { type Pace, portion } from '../../timing.ts';
import type { JobPort } from '../job-port.ts';
import { nearBandOf } from './bands.ts';
import { fitByDescent, fitByProjection, fitToPixels } from './fit.ts';
import { hybridLoss } from './objective.ts';
import { bandOf, prepareBands, type Read } from './prepare-bands.ts';
import { prepareReference } from './prepare-reference.ts';
import { createHybridReport, type HybridReport } from './report.ts';
import { type hybridSettings, paddedSize } from './settings.ts';
import { createHybridWatch } from './watch.ts';

type Settings = ReturnType<typeof hybridSettings>;

export type BlendOptions = {
  ratio: number;
  gain: number;
  preview: string;
};

const FAR_WEIGHT = 1;
// Share of the largest step that the curvature allows. A whole step comes closer to the far picture but loses near detail.
const RELAXATION = 0.5;
// Rough durations, in mixes: reading both pictures, mixing them, preparing the fit, a gradient step, writing, and the report.
const DURATIONS = { read: 0.5, mix: 1, preparation: 1, step: 2, write: 0.3, report: 20 };

/** The hybrid of two opaque pictures of one size, with the alpha of a third one. */
export async function blend(
  pair: { near: Image; far: PixelRows; alpha: Image },
  settings: Settings,
  options: BlendOptions,
  { pace, reports, job }: { pace: Pace; reports: boolean; job?: JobPort | undefined },
): Promise<{ image: Image; report?: Record<string, unknown> }> {
  const { mode, steps, sigma, coarse, kernel, borders, color } = settings;
  const { preview } = options;
  const isBand = preview === 'low' || preview === 'high';
  const report = reports && !isBand ? createHybridReport() : undefined;
  const lowPass = createLowPass({ kernel, borders, coarse });
  const size = paddedSize(pair.near, coarse);
  const channels = color === 'gray' ? 1 : 3;
  const isGrey = {
    near: color === 'far' || color === 'gray',
    far: color === 'near' || color === 'gray',
  };
  const pixels = (name: 'near' | 'far', channels: 1 | 3): Packed => ({
    pixels: pixelsOf(pair[name], size),
    channels,
    isGrey: isGrey[name],
  });
  const reading: Read = {
    near: () => coloursOf(pixels('near', channels)),
    far: () => coloursOf(pixels('far', channels)),
    // Detail without colours is the same in all channels, so one is enough.
    band: () => pixels('near', isGrey.near ? 1 : 3),
    farPixels: () => pixels('far', channels),
  };
  const { read, mix, preparation, step, write } = DURATIONS;
  const mixes = read + mix + preparation + steps * step + write + (report ? DURATIONS.report : 0);
  const mixPace = portion(pace, 1 / mixes);
  return withOwn(async (own) => {
    const x = own(
      await withOwn(async (own) => {
        const imageOf = (x: Tensor3D): Image =>
          writeColours(x, pair.alpha, { truncate: mode === 'reference' });
        const watching = job && { job, imageOf };
        const { near, alpha } = pair;
        const isNears = alpha === near && size.width === near.width && size.height === near.height;
        const tools = { lowPass, mixPace, report, watching, alpha, isNears };
        return isBand
          ? bandOf(preview, reading, settings, options)
          : blendColours({ reading, own }, settings, options, tools);
      }),
    );
    const truncate = mode === 'reference' && !isBand;
    const image = isPixels(x)
      ? imageOfPixels(x, pair.alpha)
      : writeColours(x, pair.alpha, { truncate });
    await mixPace(write);
    if (!report || isPixels(x)) return { image };
    // Read again, because they were freed to make room for the fit.
    const colours = { near: own(reading.near()), far: own(reading.far()), x };
    const { gap } = report.numbers();
    const detail = (picture: Tensor3D): Tensor3D => nearBandOf(picture, settings, gap);
    await report.addColours(colours, { lowPass, detail }, portion(mixPace, DURATIONS.report));
    return { image, report: { mode, steps, sigma, ...report.numbers() } };
  });
}

/** The colours of pixels, which it frees, as a new tensor. */
function coloursOf({ pixels, ...reading }: Packed): Tensor3D {
  const colours = unpacked(pixels, reading);
  pixels.dispose();
  return colours;
}

/** The colours `x` with the size and the alpha of `image`. */
function writeColours(x: Tensor3D, image: Image, attrs: { truncate: boolean }): Image {
  const under = pixelsOf(image);
  const pixels = packed(x, under, attrs);
  under.dispose();
  const result = imageOfPixels(pixels, image);
  pixels.dispose();
  return result;
}

const isPixels = (x: Tensor2D | Tensor3D): x is Tensor2D => x.rank === 2;

function imageOfPixels(pixels: Tensor2D, size: Size): Image {
  const { buffer, byteOffset, byteLength } = pixels.dataSync<'int32'>();
  return createImage(size, new Uint8ClampedArray(buffer, byteOffset, byteLength));
}

type Blending = { reading: Read; own: Own };
type Tools = {
  lowPass: LowPass;
  /** Takes the work done since the last call, in mixes. */
  mixPace: Pace;
  report: HybridReport | undefined;
  /** Where the fit runs as a job. */
  watching: { job: JobPort; imageOf: (x: Tensor3D) => Image } | undefined;
  /** The picture whose size and alpha the result gets. */
  alpha: Image;
  /** Whether the near picture has that size, without a margin, and that alpha. */
  isNears: boolean;
};

/** The hybrid, unclamped, or as pixels if nothing but those is wanted. The heap never shrinks, so tensors are freed before the next step allocates. */
async function blendColours(
  { reading, own }: Blending,
  settings: Settings,
  { ratio, gain }: BlendOptions,
  { lowPass, mixPace, report, watching, alpha, isNears }: Tools,
): Promise<Tensor2D | Tensor3D> {
  const { mode, steps } = settings;
  const isReference = mode === 'reference';
  const isFitted = mode !== 'frequency' || report !== undefined;
  const endsInPixels = !isReference && steps > 0 && !report && !watching;
  const prepare = isReference ? prepareReference : prepareBands;
  const { target, start, isInside, goal, gap, pixels } = await prepare({
    ...{ reading, own, settings, gain, lowPass, isFitted },
    keepsPixels: endsInPixels && isNears,
    pace: (share) => mixPace(share * (DURATIONS.read + DURATIONS.mix + DURATIONS.preparation)),
  });
  report?.addGap(gap);
  if (!goal) return own.released(target);
  const weights = { nearWeight: ratio, farWeight: FAR_WEIGHT };
  const evaluator = own(
    hybridLoss({ near: target, goal }, { ...weights, lowPass, isRough: !isReference }),
  );
  // One channel stands for three.
  const copies = target.shape[2] === 1 ? 3 : 1;
  const watch =
    watching &&
    createHybridWatch({
      ...watching,
      steps,
      copies,
      shape: start.shape,
      reported: () => report?.numbers().losses ?? [],
      tensorOf: (values) => tensor3d(values, start.shape),
    });
  if (watch?.resumed) report?.continueFrom(watch.resumed.losses);
  const options = {
    steps,
    watch,
    pause: async (): Promise<void> => mixPace(DURATIONS.step),
    report: report && ((loss: LossReport) => report.addLoss(loss, copies)),
  };
  // In reference mode the near target is the near picture itself; otherwise it is the closed-form mix, whose low frequencies
  // already are the far picture's, so that fitting corrects the far view without losing near detail.
  const step = (RELAXATION * 0.5) / (ratio + FAR_WEIGHT);
  if (endsInPixels && isInside) {
    const under = pixels ?? own(pixelsOf(alpha));
    return fitToPixels(evaluator, start, { steps, step, under, pause: options.pause });
  }
  return isReference
    ? fitByDescent(evaluator, start, { lr: settings.lr, ...options })
    : fitByProjection(evaluator, start, { step, isInside, ...options });
}
