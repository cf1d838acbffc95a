// A small quick picture of what optimising will give: the same losses by the slim network, a few steps, on tensors at the edge.
import type { Image, Size } from '../../../image.ts';
import type { Rgb } from '../../../nets/rgb.ts';
import { slimOnTensors } from '../../../nets/vgg19/on-tensors.ts';
import type { PixelWork } from '../../../tensor/pixel-kernels.ts';
import { imageSource } from '../../../tensor/resample/light-rows.ts';
import { portion } from '../../../timing.ts';
import type { Cost } from '../../../work.ts';
import { defineEffect, type EffectResult, type EffectRun } from '../../effect.ts';
import { finished } from '../finish.ts';
import { paintOver } from '../paint-over.ts';
import { type StyleParams, sharesOf, styleParams } from '../params.ts';
import { fitWithin, meanSeen, rgbOf, sized } from '../planes.ts';
import { draftOf, STAGES, stageSize } from './descent.ts';

/** Longer side of the draft in px. */
const SIDE = 128;
const MODEL = 'slim';

/** Bytes of the network's weights in JavaScript, and of the arrays of a descent per pixel. */
const BYTES = { weights: 4e6, perWorked: 160 };
/** Bytes of tensors: the weights, and features and gradients per pixel. */
const TENSOR_BYTES = { fixed: 7e6, perWorked: 1000 };
const BYTES_PER_RESULT_PIXEL = 4;

/** Rough shares of the passes. */
const SHARES = { scale: 0.03, styles: 0.05, draft: 0.8, guide: 0.04, finish: 0.08 };

/** Stands in for `style` while its job runs; not a step of URLs. Its work is counted under the same name. */
export const styleDraft = defineEffect({
  name: 'style',
  summary: 'A small quick picture of what the optimisation will give.',
  examples: [],
  params: styleParams,
  further: {
    params: ['style'],
    shrink: (_, further) => Math.min(further.width, further.height) / SIDE,
  },
  needs: { models: () => [MODEL], tensors: () => true },
  cost: draftCost,
  run: paintDraft,
});

/** The size that is worked at: at most `SIDE` px long, and no side too short for the network. */
const workedSize = (size: Size): Size => stageSize(fitWithin(size, SIDE), 1);

function draftCost(size: Size, { style, strength, color }: StyleParams): Cost {
  if (strength === 0) return { work: {}, bytes: 0 };
  const worked = workedSize(size);
  const pixels = size.width * size.height;
  const workedPixels = worked.width * worked.height;
  const smaller = workedPixels < pixels;
  // The statistics of a style take as long as half of a step.
  const pictures = style.split('~').length + 1;
  const steps = STAGES.reduce(
    (sum, { shrink, steps }) => sum + (steps + pictures / 2) / shrink ** 2,
    0,
  );
  return {
    work: {
      draftPixels: steps * workedPixels,
      scaled: pixels,
      guided: smaller ? workedPixels : 0,
      upscaled: smaller ? pixels : 0,
      finished: pixels,
      recoloured: color === 'content' ? pixels : 0,
    },
    bytes: BYTES.weights + BYTES.perWorked * workedPixels + BYTES_PER_RESULT_PIXEL * pixels,
    heap: TENSOR_BYTES.fixed + TENSOR_BYTES.perWorked * workedPixels,
  };
}

async function paintDraft(context: EffectRun<typeof styleParams, 'style'>): Promise<EffectResult> {
  const { picture, inputs, params, model, kernels, pace } = context;
  const { strength, color } = params;
  if (strength === 0) return { picture };
  const work = (share: number): PixelWork => ({ kernels, pace: portion(pace, share) });
  const small = await sized(imageSource(picture), workedSize(picture), work(SHARES.scale));
  const behind = await meanSeen(small, portion(pace, 0));
  const content = await rgbOf(small, behind, portion(pace, 0));
  const shares = sharesOf(params, inputs.style.length);
  const styles = [];
  for (const [i, one] of inputs.style.entries())
    styles.push({ picture: await read(one, work(SHARES.styles)), weight: shares[i]! });
  const net = slimOnTensors(await model(MODEL));
  try {
    const options = { styles, strength, pace: portion(pace, SHARES.draft) };
    const painted = await draftOf(net, content, options);
    const guide = { small, behind, to: picture };
    const paint = await paintOver(painted, guide, portion(pace, SHARES.guide));
    const finish = { content: picture, colours: color };
    return { picture: await finished(paint, finish, work(SHARES.finish)) };
  } finally {
    net.dispose();
  }
}

async function read(picture: Image, work: PixelWork): Promise<Rgb> {
  const light = await sized(imageSource(picture), workedSize(picture), work);
  return rgbOf(light, await meanSeen(light, work.pace), work.pace);
}
