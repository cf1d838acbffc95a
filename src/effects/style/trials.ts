// Calibration cases of the engine fast, and gallery settings of style transfer.
import type { GallerySetting, Trials } from '../trials.ts';
import { ONLY_OPTIMISED, type StyleParams } from './params.ts';

type OptimisedParam = (typeof ONLY_OPTIMISED)[number];

const optimised: Partial<Record<OptimisedParam, GallerySetting>> = {
  contentLayers: { values: ['relu4_2', 'relu2_2'] },
  styleLayers: { values: ['relu1_1~relu2_1', 'relu3_1~relu4_1~relu5_1'] },
  seed: { otherParams: 'init=noise', values: ['0', '1'] },
};

/** A picture as the style; other parameters are shown with a named style. */
const PICTURE = 'style=asset:painting.jpg';

/** The setting together with `engine=vgg19`, which the parameter needs. */
const withEngine = (setting: GallerySetting = {}): GallerySetting => ({
  ...setting,
  otherParams: [
    PICTURE,
    'engine=vgg19',
    ...(setting.otherParams ? [setting.otherParams] : []),
  ].join(','),
});

export const trials: Trials<keyof StyleParams> = {
  calibration: [
    {
      options: [
        'size=32',
        'size=96',
        'size=160',
        'size=256',
        'size=400',
        'size=512',
        'size=256,color=content',
        'size=256,strength=0.6',
        'size=160,strength=0.1',
        'style=wave,size=96',
        'style=wave,size=256',
        'style=wave,size=512',
        'style=wave~starry,size=256,strength=0.5',
      ],
    },
    {
      options: ['engine=vgg19', 'engine=vgg19,color=content'],
      sizes: [
        { width: 64, height: 64 },
        { width: 256, height: 192 },
      ],
      lighter: true,
    },
  ],
  gallery: {
    engine: { otherParams: PICTURE },
    styleWeights: { otherParams: 'style=wave~starry', values: ['0.9~0.1', '0.5~0.5', '0.1~0.9'] },
    size: { values: ['48', '240'] },
    ...Object.fromEntries(ONLY_OPTIMISED.map((name) => [name, withEngine(optimised[name])])),
  },
};
