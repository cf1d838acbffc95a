// Style transfer: paints a picture in the style of others, by one pass of a network or by optimising its pixels.
import { defineEffect } from '../effect.ts';
import { checkStyle, slimInstead } from './check-params.ts';
import { styleDraft } from './draft/draft.ts';
import { fastModels, paintFast, paintingCost } from './fast.ts';
import { namedCost, namedModels, paintNamed } from './named.ts';
import { AUTO_SIDES } from './one-pass.ts';
import { optimisingCost, paintOptimised, styleShrink } from './optimised.ts';
import { namesIn, networkOf, type StyleParams, styleParams } from './params.ts';
import { trials } from './trials.ts';
import { PREDICTOR, vectorCost, vectorOf, vectorShrink } from './vector.ts';

/** Named styles, vectors of pictures, or pictures themselves. */
const wayOf = (params: StyleParams): keyof typeof ways =>
  params.engine !== 'fast' ? 'optimised' : namesIn(params) ? 'named' : 'vectors';

const ways = {
  named: { models: namedModels, cost: namedCost, run: paintNamed },
  vectors: { models: fastModels, cost: paintingCost, run: paintFast },
  optimised: {
    models: (params: StyleParams): string[] => [networkOf(params)],
    cost: optimisingCost,
    run: paintOptimised,
  },
};

export const style = defineEffect({
  name: 'style',
  summary: 'Paints the picture in a style that has a name, or in the manner of other pictures.',
  examples: [
    { plan: 'w=512/style,style=wave', source: 'landscape.jpg' },
    { plan: 'w=384/style,style=starry', source: 'chess.jpg' },
    { plan: 'w=384/style,style=wave~starry,styleWeights=0.5~0.5', source: 'landscape.jpg' },
    { plan: 'w=384/style,style=impasto,color=content', source: 'bust.jpg' },
    { plan: 'w=512/style,style=asset:painting.jpg', source: 'landscape.jpg' },
    {
      plan: 'w=384/style,style=asset:painting.jpg,color=content,strength=0.7',
      source: 'bust.jpg',
    },
    {
      plan: 'w=384/style,style=asset:painting.jpg~asset:drawing.png,styleWeights=0.6~0.4',
      source: 'landscape.jpg',
    },
    { plan: 'w=256/style,style=asset:painting.jpg,engine=slim', source: 'landscape.jpg' },
    { plan: 'w=512/style,style=asset:painting.jpg,engine=vgg19', source: 'landscape.jpg' },
    {
      plan: 'w=512/style,style=asset:painting.jpg,engine=vgg19,color=content,strength=0.7',
      source: 'bust.jpg',
    },
    {
      plan: 'w=384/style,style=asset:drawing.png,engine=vgg19,recipe=classic,steps=300',
      source: 'chess.jpg',
    },
    {
      plan: 'w=256/style,style=asset:painting.jpg,engine=vgg19,weights=small,seconds=20',
      source: 'landscape.jpg',
    },
  ],
  params: styleParams,
  trials,
  further: {
    params: ['style'],
    shrink: styleShrink,
    vectors: {
      when: (params) => wayOf(params) === 'vectors',
      name: 'fast-style-2',
      models: [PREDICTOR],
      shrink: vectorShrink,
      cost: vectorCost,
      of: vectorOf,
    },
  },
  needs: {
    models: (params) => ways[wayOf(params)].models(params),
    tensors: ({ engine }) => engine === 'fast',
    gpuOnly: ({ engine }) => engine !== 'fast',
    lighter: (params) => ({ effect: styleDraft, params }),
    withoutModel: slimInstead,
  },
  auto: {
    param: 'size',
    least: AUTO_SIDES.least,
    most: ({ engine }) => (engine === 'fast' ? AUTO_SIDES.most : undefined),
  },
  check: checkStyle,
  cost: (size, params) => ways[wayOf(params)].cost(size, params),
  run: (context) => ways[wayOf(context.params)].run(context),
});
