// What calibration measures: enough stages to tell every term's share from the others'.
import type { Stage } from '../../bench/stages/stage-sample.ts';
import type { OutputFormat } from '../../src/codecs/codec.ts';
import type { Size } from '../../src/image.ts';
import type { FileKind, FileSpec, Sample } from './files.ts';

/** One stage of one plan on one file. `far` is the further image that a plan calls `asset:far`. */
export type StageCase = {
  stage: Stage;
  plan: string;
  file: FileSpec;
  far?: FileSpec;
  format: OutputFormat;
};

const tiny = { width: 64, height: 64 };
const small = { width: 256, height: 192 };
const middle = { width: 512, height: 512 };
const large = { width: 1024, height: 768 };
const huge = { width: 2048, height: 1536 };

const pointwise = [
  'trim=8~12~8~12',
  'flip=h',
  'flip=v',
  'rotate=90',
  'rotate=180',
  'brightness=1.3',
  'contrast=1.3',
  'gamma=1.6',
  'saturation=1.5',
  'sharpen=1',
  'edges',
  'edges,kernel=difference,gain=3',
];

const blurs = [1, 2, 3, 6, 25, 150].map((radius) => `blur=${radius}`);

const resizes = [
  'w=50',
  'w=200',
  'w=400,h=300,fit=cover',
  'w=1000,fit=contain',
  'w=300,h=300,fit=pad,background=ffffff',
  'w=200,h=200,fit=cover,gravity=auto',
  'w=180,background=336699',
];

const pixelations = [
  'block=2',
  'block=4',
  'block=8',
  'block=16',
  'block=64',
  'columns=100',
  'block=8,upscale=false',
  'block=3,upscale=false',
  'block=3,cells=median',
  'block=12,cells=median',
  'block=3,cells=mode',
  'block=12,cells=mode',
  'block=3,cells=detail',
  'block=12,cells=detail',
  'block=3,outline=0.4',
  'block=10,outline=0.6',
  'block=3,palette=pico8',
  'block=9,palette=pico8',
  'block=4,palette=gameboy',
  'block=4,palette=pico8,dither=bayer4',
  'block=3,palette=gameboy,dither=bayer8',
  'block=4,palette=pico8,dither=blue-noise',
  'block=4,palette=pico8,dither=floyd-steinberg',
  'block=3,palette=gameboy,dither=atkinson',
  'block=3,palette=auto,colors=4',
  'block=4,palette=auto,colors=16',
  'block=4,palette=auto,colors=64',
  'block=2,palette=auto,colors=256',
  'block=50,palette=auto,colors=256',
  'block=20,palette=auto,colors=16',
  'block=20,palette=auto,colors=200',
  'block=3,palette=auto,colors=32,dither=floyd-steinberg',
  'block=4,palette=auto,colors=24,dither=bayer4',
  'mode=reference',
].map((options) => `pixelate,${options}`);

const hybrids = [
  'cutoff=6',
  'cutoff=16',
  'cutoff=40',
  'mode=frequency',
  'steps=4',
  'mode=reference,steps=2',
  'mode=reference,steps=5,kernel=31,sigma=6',
  'mode=frequency,align=0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65',
  'mode=frequency,preview=pyramid',
  'mode=frequency,preview=distance,distance=8',
  'mode=frequency,preview=high',
].map((options) => `hybrid,far=asset:far,${options}`);

const styles = [
  'size=32',
  'size=96',
  'size=160',
  'size=256',
  'size=400',
  'size=512',
  'size=256,color=content',
  'size=256,strength=0.6',
  'size=160,strength=0.1',
].map((options) => `style,style=asset:far,${options}`);

const product = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] =>
  as.flatMap((a) => bs.map((b): [A, B] => [a, b]));

const file = (size: Size, kind: FileKind = 'jpeg', sample: Sample = 'landscape'): FileSpec => ({
  ...size,
  kind,
  sample,
});

const step = (plan: string, spec: FileSpec, far?: FileSpec): StageCase => ({
  stage: 'steps',
  plan,
  file: spec,
  format: 'webp',
  ...(far && { far }),
});

const stepCases = (): StageCase[] => [
  ...product([...pointwise, ...blurs], [tiny, small, middle, large]).map(([plan, size]) =>
    step(plan, file(size)),
  ),
  ...product(['flip=h', 'gamma=1.6', 'edges', 'blur=6'], [huge]).map(([plan, size]) =>
    step(plan, file(size)),
  ),
  ...product(resizes, [small, middle, large, huge]).map(([plan, size]) => step(plan, file(size))),
  ...product(resizes, [small, large]).map(([plan, size]) => step(plan, file(size, 'webp', 'bust'))),
  ...product(pixelations, [small, middle, large]).map(([plan, size]) =>
    step(plan, file(size, 'jpeg', 'bust')),
  ),
  // Where there is no border, the search ends at once.
  ...product(['sticker', 'drawing'] as const, [small, middle, large]).map(([sample, size]) =>
    step('trim=border', file(size, 'png', sample)),
  ),
  ...product(['w=200', 'blur=6', 'sharpen=1', 'pixelate,block=8'], [middle]).map(([plan, size]) =>
    step(plan, file(size, 'png', 'sticker')),
  ),
  ...product(hybrids, [small, { width: 352, height: 264 }, { width: 480, height: 360 }]).map(
    ([plan, size]) => step(plan, file(size), file(size, 'jpeg', 'bust')),
  ),
  ...product(
    ['hybrid,far=asset:far,cutoff=16', 'hybrid,far=asset:far,mode=reference,steps=2'],
    [
      tiny,
      { width: 24, height: 400 },
      { width: 40, height: 800 },
      { width: 3, height: 1500 },
      { width: 1, height: 12000 },
    ],
  ).map(([plan, size]) => step(plan, file(size), file(size, 'jpeg', 'bust'))),
  ...product(styles, [tiny, small, middle, large]).map(([plan, size]) =>
    step(plan, file(size), file(middle, 'jpeg', 'painting')),
  ),
  // Steps have a price of their own, which shows where there are many of few pixels.
  ...product(
    ['hybrid,far=asset:far,steps=30', 'hybrid,far=asset:far,mode=reference,steps=60'],
    [tiny, { width: 8, height: 8 }],
  ).map(([plan, size]) => step(plan, file(size), file(size, 'jpeg', 'bust'))),
];

const jpegs: FileKind[] = [
  'jpeg',
  'jpeg-q55',
  'jpeg-q95',
  'jpeg-444',
  'jpeg-progressive',
  'jpeg-grey',
  'jpeg-turned',
  'jpeg-p3',
];
const pngs: FileKind[] = ['png', 'png-palette', 'png-grey', 'png-interlaced', 'png-16'];
const webps: FileKind[] = ['webp', 'webp-q50', 'webp-lossless'];
const avifs: FileKind[] = ['avif', 'avif-q40'];

const decode = (plan: string, spec: FileSpec): StageCase => ({
  stage: 'decode',
  plan,
  file: spec,
  format: 'webp',
});

/** Decoders that can shrink do so for a result whose width is a fraction of the file's. */
const shrinking = (size: Size, fractions: number[]): string[] =>
  fractions.map((fraction) => `w=${size.width * fraction}`);

const decodeCases = (): StageCase[] => [
  ...product([...jpegs, ...pngs, ...webps, ...avifs], [tiny, middle, large]).map(([kind, size]) =>
    decode('', file(size, kind)),
  ),
  ...product(['jpeg', 'jpeg-progressive', 'png', 'webp'] as const, [small, huge]).map(
    ([kind, size]) => decode('', file(size, kind, 'bust')),
  ),
  ...product([...jpegs, ...pngs], [large]).flatMap(([kind, size]) =>
    shrinking(size, [1 / 16, 1 / 4]).map((plan) => decode(plan, file(size, kind))),
  ),
  ...product(['jpeg', 'jpeg-progressive', 'jpeg-q55', 'png'] as const, [huge]).flatMap(
    ([kind, size]) =>
      shrinking(size, [1 / 16, 1 / 4]).map((plan) => decode(plan, file(size, kind))),
  ),
  ...shrinking(huge, [1 / 8, 3 / 16]).map((plan) => decode(plan, file(huge, 'jpeg', 'bust'))),
  ...product(['png', 'webp', 'webp-lossless', 'avif'] as const, [middle]).flatMap(([kind, size]) =>
    (['sticker', 'drawing'] as const).map((sample) => decode('', file(size, kind, sample))),
  ),
];

const encode = (plan: string, spec: FileSpec, format: OutputFormat): StageCase => ({
  stage: 'encode',
  plan,
  file: spec,
  format,
});

const encodeCases = (): StageCase[] => [
  ...product(['jpeg', 'webp'] as const, [tiny, small, middle, large]).flatMap(([format, size]) =>
    [35, 75, 85, 95].map((q) => encode(`q=${q}`, file(size), format)),
  ),
  ...product([35, 75], [tiny, small, middle]).map(([q, size]) =>
    encode(`q=${q}`, file(size), 'avif'),
  ),
  ...[tiny, small, middle, large].map((size) => encode('', file(size), 'png')),
  ...product(['jpeg', 'webp', 'png', 'avif'] as const, ['bust', 'drawing', 'sticker'] as const).map(
    ([format, sample]) => encode('q=80', file(middle, 'png', sample), format),
  ),
];

export const calibrationCases = (): StageCase[] => [
  ...stepCases(),
  ...decodeCases(),
  ...encodeCases(),
];
