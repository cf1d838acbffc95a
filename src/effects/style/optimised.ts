// The engines vgg19 and slim: the picture's pixels are optimised (Gatys, Ecker & Bethge 2015), as a job on the GPU backend.
import { AppError } from '../../errors.ts';
import { sizeWithLongSide } from '../../fit/scales.ts';
import type { Image, Size } from '../../image.ts';
import { edgesOf } from '../../tensor/filter/edges.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { imageSource, lightSource } from '../../tensor/resample/light-rows.ts';
import { scaled } from '../../tensor/resample/scale.ts';
import { portion } from '../../timing.ts';
import type { Cost } from '../../work.ts';
import type { EffectResult, EffectRun } from '../effect.ts';
import type { JobPort } from '../job-port.ts';
import { type Colours, finished, picturePaint } from './finish.ts';
import { optimizeStyle, type StyleSettings, sizeWithMargin } from './optimise/optimise.ts';
import {
  LARGEST_SIDE,
  listOf,
  OPTIMISED_DEFAULTS,
  type StyleParams,
  sharesOf,
  type styleParams,
  weightsOf,
} from './params.ts';
import { lightOfPlanes, planesOf } from './planes.ts';

/** Longest side in px that the memory estimate assumes for `size=auto`. */
const AUTO_SIDE = 512;
/** Bytes per pixel of the picture: in linear light, painted, finished. */
const FINISHING_BYTES = 64;
/** Bytes of a compiled network (`fixed`), and of its activations and gradients per pixel of the working size; measured in onnxruntime on a CPU. */
const memoryOf = {
  full: { fixed: 500e6, perWorked: 5600 },
  small: { fixed: 100e6, perWorked: 2200 },
  slim: { fixed: 100e6, perWorked: 2200 },
};

/** Rough shares of the passes around the optimisation, which does not report to the pace: its job tells it when to stop. */
const SHARES = { content: 0.1, styles: 0.2, picture: 0.2, paint: 0.1, finish: 0.2, edges: 0.1 };
/** Rough share of each preview. */
const PREVIEW_SHARE = 0.1;

const longSide = ({ width, height }: Size): number => Math.max(width, height);

/** Cost of the optimisation: memory alone, because rates are those of the edge. */
export function optimisingCost(size: Size, params: StyleParams): Cost {
  const long = longSide(size);
  const side = params.size === 'auto' ? Math.min(AUTO_SIDE, long) : params.size;
  const pixels = size.width * size.height;
  const worked = sizeWithMargin(sizeWithLongSide(size, side));
  const { fixed, perWorked } = memoryOf[weightsOf(params)];
  return {
    work: {},
    bytes: fixed + FINISHING_BYTES * pixels + perWorked * worked.width * worked.height,
  };
}

/** Largest factor by which the decoder may shrink a style picture, if the main picture has `size`. */
export const styleShrink = (size: Size, further: Size, params: StyleParams): number =>
  longSide(further) / sidesOf(size, params).style;

/** Paints by optimising, with a report if one is wanted. Throws `backend_unavailable` without a GPU backend, and what `optimizeStyle` throws. */
export async function paintOptimised({
  picture,
  inputs,
  params,
  reports,
  kernels,
  pace,
  model,
  job,
}: EffectRun<typeof styleParams, 'style'>): Promise<EffectResult> {
  if (!job) throw new AppError('backend_unavailable', 'style: expected a GPU backend');
  const sides = sidesOf(picture, params);
  const shares = sharesOf(params, inputs.style.length);
  const work = (share: number): PixelWork => ({ kernels, pace: portion(pace, share) });
  const content = await planesOf(picture, sides.content, work(SHARES.content));
  const styles = [];
  const reading = work(SHARES.styles / inputs.style.length);
  for (const [i, one] of inputs.style.entries()) {
    const weight = shares[i]!;
    styles.push({ picture: await planesOf(one, sides.style, reading), weight });
  }
  const colours = { content: picture, colours: params.color };
  const { picture: painted, report } = await optimizeStyle(content, styles, settingsOf(params), {
    ...withFinishedPreviews(job, colours, work(PREVIEW_SHARE)),
    model,
  });
  const light = await lightOfPlanes(painted, portion(pace, SHARES.picture));
  const paint = await picturePaint(lightSource(light), picture, work(SHARES.paint));
  const image = await finished(paint, colours, work(SHARES.finish));
  if (!reports) return { picture: image };
  return {
    picture: image,
    report: { ...report, edges: await edgeEnergies(image, work(SHARES.edges)) },
  };
}

/** Longest sides in px at which the content and the styles are handed to the optimisation, no larger than it can use. */
function sidesOf(picture: Size, { size, styleScale = OPTIMISED_DEFAULTS.styleScale }: StyleParams) {
  const worked = size === 'auto' ? Math.min(LARGEST_SIDE, longSide(picture)) : size;
  const style = Math.min(LARGEST_SIDE, Math.max(1, Math.round(worked * styleScale)));
  return { content: worked, style };
}

function settingsOf(params: StyleParams): StyleSettings {
  const { style: _, styleWeights, engine, color, ...rest } = params;
  return {
    ...rest,
    recipe: rest.recipe ?? OPTIMISED_DEFAULTS.recipe,
    weights: weightsOf(params),
    seed: rest.seed ?? OPTIMISED_DEFAULTS.seed,
    init: rest.init ?? OPTIMISED_DEFAULTS.init,
    styleScale: rest.styleScale ?? OPTIMISED_DEFAULTS.styleScale,
    contentLayers: listOf(params.contentLayers),
    styleLayers: listOf(params.styleLayers),
  };
}

/** The job with previews that look like the result: with its colours and opacity. */
function withFinishedPreviews(
  job: JobPort,
  { content, colours }: { content: Image; colours: Colours },
  { kernels, pace }: PixelWork,
): JobPort {
  return {
    ...job,
    async preview(image) {
      const pass = portion(pace, 1 / 3);
      const { width, height } = image;
      const same = content.width === width && content.height === height;
      const small = same
        ? content
        : await scaled(content, { width, height }, { kernels, pace: pass });
      const paint = await picturePaint(imageSource(image), small, { kernels, pace: pass });
      await job.preview(
        await finished(paint, { content: small, colours }, { kernels, pace: pass }),
      );
    },
  };
}

/** Energy of the picture's edges, as the step `edges` reports it. */
async function edgeEnergies(
  image: Image,
  { kernels, pace }: PixelWork,
): Promise<Record<string, number>> {
  const half = { gain: 1, kernels, pace: portion(pace, 0.5) };
  const energyOf = async (kernel: 'sobel' | 'difference') =>
    (await edgesOf(image, { kernel, ...half })).energy;
  return { sobel: await energyOf('sobel'), difference: await energyOf('difference') };
}
