// Plans as seeds: each effect's examples, and combinations with options of every kind.
import type { Effect } from '../../src/effects/effect.ts';

const far = `far=b64:${Buffer.from('asset:bust.jpg').toString('base64url')}`;

/** Valid segments of plans, at least one for each effect. */
export const catalogExamples = (effects: readonly Effect[]): string[] => [
  ...effects.flatMap(({ examples }) => examples.map(({ plan }) => plan)),
  'w=64,h=48,fit=cover,g=0.5x0.3,dpr=2,background=ff0000/f=webp,q=80',
  'w=64/pixelate,block=8,palette=auto,colors=8,dither=floyd-steinberg,strength=0.5/f=png',
  'pixelate,columns=16,palette=000000~ffffff~ff0000,upscale=false,outline=0.5',
  `w=32/hybrid,${far},cutoff=8,align=0.1_0.2_0.3_0.4~0.5_0.6_0.7_0.8/f=json`,
  'rotate=90,flip=h/blur=3,sharpen=1,brightness=1.2,contrast=0.9,gamma=1.1,saturation=0.5',
  'trim=1;2;3;4/f=blurhash',
  'w=16/style,engine=vgg19,style=asset:a.jpg~asset:b.jpg,styleWeights=0.3~0.7,seed=4/f=jpeg',
];
