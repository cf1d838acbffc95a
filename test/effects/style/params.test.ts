// Parameters of `style` that do not fit together.
import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';

describe('style', () => {
  it.each([
    ['style=asset:a,engine=slow', 'engine: expected one of fast, vgg19, slim, got "slow"'],
    ['style=asset:a,recipe=basic', 'recipe: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,engine=fast,weights=full', 'weights: expected only with engine=vgg19'],
    ['style=asset:a,engine=slim,weights=small', 'weights: expected only with engine=vgg19'],
    [
      'style=asset:a,engine=slim,contentLayers=relu5_2',
      'contentLayers: expected layers to relu5_1 with engine=slim, got relu5_2',
    ],
    ['style=asset:a,optimizer=adam', 'optimizer: expected only with engine=vgg19 or engine=slim'],
    [
      'style=asset:a,contentLayers=relu4_2',
      'contentLayers: expected only with engine=vgg19 or engine=slim',
    ],
    [
      'style=asset:a,styleLayers=relu4_2',
      'styleLayers: expected only with engine=vgg19 or engine=slim',
    ],
    ['style=asset:a,steps=1', 'steps: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,seconds=0', 'seconds: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,seed=0', 'seed: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,init=gray', 'init: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,styleScale=1', 'styleScale: expected only with engine=vgg19 or engine=slim'],
    [
      'style=asset:a,contentWeight=0',
      'contentWeight: expected only with engine=vgg19 or engine=slim',
    ],
    ['style=asset:a,styleWeight=1', 'styleWeight: expected only with engine=vgg19 or engine=slim'],
    ['style=asset:a,tvWeight=1', 'tvWeight: expected only with engine=vgg19 or engine=slim'],
    [
      'style=asset:a,styleWeights=1~2',
      'styleWeights: expected 1 number, one for each style, got 2',
    ],
    ['engine=vgg19', 'style: expected 1 to 4 sources joined by ~, each wave, starry, '],
    [
      'style=asset:a,engine=vgg19,size=31',
      'size: expected auto or an integer from 32 to 2048, got "31"',
    ],
    [
      'style=asset:a,engine=vgg19,strength=1.1',
      'strength: expected a number from 0 to 1, got "1.1"',
    ],
    [
      'style=asset:a,engine=vgg19,styleWeights=1~2',
      'styleWeights: expected 1 number, one for each style, got 2',
    ],
    [
      'style=asset:a~asset:b,engine=vgg19,styleWeights=1',
      'styleWeights: expected 2 numbers joined by ~, one for each style, got 1',
    ],
    ['style=asset:a,engine=vgg19,styleWeights=0.0', 'styleWeights: expected one above 0'],
    [
      'style=asset:a,engine=vgg19,styleLayers=relu1_3',
      'styleLayers: expected layers relu1_1 … relu5_4 joined by ~, like relu1_1~relu2_1, got "relu1_3"',
    ],
    [
      'style=asset:a,engine=vgg19,styleLayers=relu1_1~relu1_1',
      'styleLayers: expected each layer once, got relu1_1 more than once',
    ],
    [
      'style=asset:a,engine=vgg19,weights=small,contentLayers=relu5_3',
      'contentLayers: expected layers to relu5_1 with weights=small, got relu5_3',
    ],
  ])('refuses %s', (options, message) => {
    expect(() => parsePlan([`style,${options}`], effects)).toThrow(message);
  });
});
