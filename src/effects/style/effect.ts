// Style transfer: paints a picture in the style of others, by one pass of a network or by optimising its pixels.
import { defineEffect } from '../effect.ts';
import { styleDraft } from './draft/draft.ts';
import { AUTO_SIDES, fastModels, paintFast, paintingCost } from './fast.ts';
import { optimisingCost, paintOptimised, styleShrink } from './optimised.ts';
import { checkStyle, networkOf, slimInstead, styleParams } from './params.ts';
import { trials } from './trials.ts';
import { PREDICTOR, vectorCost, vectorOf, vectorShrink } from './vector.ts';

export const style = defineEffect({
  name: 'style',
  summary: 'Paints the picture in the manner of one or several others.',
  examples: [
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
      when: ({ engine }) => engine === 'fast',
      name: 'fast-style-2',
      models: [PREDICTOR],
      shrink: vectorShrink,
      cost: vectorCost,
      of: vectorOf,
    },
  },
  needs: {
    models: (params) => (params.engine === 'fast' ? fastModels(params) : [networkOf(params)]),
    tensors: ({ engine }) => engine === 'fast',
    gpuOnly: ({ engine }) => engine !== 'fast',
    lighter: (params) => ({ effect: styleDraft, params }),
    instead: slimInstead,
  },
  auto: {
    param: 'size',
    least: AUTO_SIDES.least,
    most: ({ engine }) => (engine === 'fast' ? AUTO_SIDES.most : undefined),
  },
  check: checkStyle,
  cost: (size, params) =>
    params.engine === 'fast' ? paintingCost(size, params) : optimisingCost(size, params),
  run: (context) =>
    context.params.engine === 'fast' ? paintFast(context) : paintOptimised(context),
});
