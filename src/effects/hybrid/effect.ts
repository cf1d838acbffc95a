// Hybrid images: one picture up close, another from afar (Oliva, Torralba & Schyns 2006), fitted by gradient steps in linear light.
import { portion } from '../../timing.ts';
import { defineEffect } from '../effect.ts';
import { fitFar } from './align.ts';
import { blend } from './blend.ts';
import { hybridCost } from './cost.ts';
import { checkHybrid, hybridParams } from './params.ts';
import { fromAfar, pyramid, pyramidSize } from './preview.ts';
import { seenColours } from './seen.ts';
import { hybridSettings } from './settings.ts';
import { trials } from './trials.ts';

/** Rough shares of looking for transparency, of fitting the far picture into the frame, of blending, and of the previews that show another picture. */
const SHARES = { see: 0.05, fit: 0.15, blend: 0.6, show: 0.2 };

export const hybrid = defineEffect({
  name: 'hybrid',
  summary: 'Two pictures in one: the main one up close, the far one from a distance.',
  examples: [
    { plan: 'hybrid,far=asset:bust.jpg', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,preview=pyramid', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,preview=distance,distance=8', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,cutoff=10,gain=1.4', source: 'chess.jpg' },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,color=gray,headroom=false', source: 'chess.jpg' },
    {
      plan: 'w=384/hybrid,far=asset:bust.jpg,align=0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65',
      source: 'chess.jpg',
    },
    { plan: 'w=384/hybrid,far=asset:bust.jpg,mode=frequency,preview=high', source: 'chess.jpg' },
    { plan: 'w=192/hybrid,far=asset:bust.jpg,mode=reference', source: 'chess.jpg' },
  ],
  params: hybridParams,
  trials,
  needs: { tensors: () => true },
  check: checkHybrid,
  size: (input, { preview }) =>
    preview === 'pyramid' ? pyramidSize(input) : { width: input.width, height: input.height },
  further: {
    params: ['far'],
    shrink: (size, far, { align }) =>
      align === undefined ? Math.min(far.width / size.width, far.height / size.height) : 1,
  },
  auto: {
    param: 'steps',
    most: ({ mode }) => ({ reference: 200, fast: 1, frequency: 0 })[mode],
  },
  cost: hybridCost,
  async run({ picture, inputs, params: options, kernels, pace, reports, job }) {
    const settings = hybridSettings(picture, options);
    const farPicture = inputs.far[0]!;
    const { preview } = options;
    const isShown = preview === 'pyramid' || preview === 'distance';
    const seePace = portion(pace, SHARES.see / 2);
    const near = await seenColours(picture, seePace);
    const seenFar = await seenColours(farPicture, seePace, near);
    const fitPace = portion(pace, SHARES.fit);
    const frame = { near, align: options.align };
    const far = await fitFar(seenFar, frame, { kernels, pace: fitPace });
    const { image, report } = await blend({ near, far, alpha: picture }, settings, options, {
      pace: portion(pace, isShown ? SHARES.blend : SHARES.blend + SHARES.show),
      reports,
      job,
    });
    const showing = { kernels, pace: portion(pace, SHARES.show) };
    const shown = {
      pyramid: () => pyramid(image, showing),
      distance: () => fromAfar(image, options.distance ?? 8, showing),
    };
    return { picture: isShown ? await shown[preview]() : image, ...(report && { report }) };
  },
});
