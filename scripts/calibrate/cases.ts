// The calibration cases: enough stages to separate every term's share from the others'.
import type { Stage } from '../../bench/stages/stage-sample.ts';
import type { OutputFormat } from '../../src/codecs/codec.ts';
import { effects } from '../../src/effects/index.ts';
import type { Size } from '../../src/image.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import type { FileKind, FileSpec, Sample } from './files.ts';
import { stepCases } from './step-cases.ts';

/** One stage of one plan on one file, or of its lighter steps. `far` is the further image that the plan names `asset:far`. */
export type StageCase = {
  stage: Stage;
  plan: string;
  file: FileSpec;
  far?: FileSpec;
  lighter?: true;
  format: OutputFormat;
};

const tiny = { width: 64, height: 64 };
const small = { width: 256, height: 192 };
const middle = { width: 512, height: 512 };
const large = { width: 1024, height: 768 };
const huge = { width: 2048, height: 1536 };

/** Many rows of few pixels. */
const tall = { width: 16, height: 4096 };

const product = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] =>
  as.flatMap((a) => bs.map((b): [A, B] => [a, b]));

const file = (size: Size, kind: FileKind = 'jpeg', sample: Sample = 'landscape'): FileSpec => ({
  ...size,
  kind,
  sample,
});

const jpegs: FileKind[] = [
  'jpeg',
  'jpeg-q55',
  'jpeg-q95',
  'jpeg-444',
  'jpeg-progressive',
  'jpeg-grey',
  'jpeg-turned',
  'jpeg-p3',
  'jpeg-inks',
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

/** Plans whose width is a fraction of the file's, so that decoders that can shrink do so. */
const shrinking = (size: Size, fractions: number[]): string[] =>
  fractions.map((fraction) => `w=${size.width * fraction}`);

const decodeCases = (): StageCase[] => [
  ...product([...jpegs, ...pngs, ...webps, ...avifs, 'gif'] as const, [tiny, middle, large]).map(
    ([kind, size]) => decode('', file(size, kind)),
  ),
  decode('', file(tall, 'png')),
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
  ...product(['png', 'webp', 'webp-lossless', 'avif', 'gif'] as const, [middle]).flatMap(
    ([kind, size]) =>
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
  ...product(['png', 'gif'] as const, [tiny, small, middle, large]).map(([format, size]) =>
    encode('', file(size), format),
  ),
  encode('', file(tall), 'png'),
  ...product(['webp', 'png'] as const, [tiny, small, middle, large]).map(([format, size]) =>
    encode('pixelate,block=4,palette=auto,colors=24', file(size), format),
  ),
  ...[tiny, small, middle, large].map((size) => encode('lossless=true', file(size), 'webp')),
  ...product(
    ['jpeg', 'webp', 'png', 'avif', 'gif'] as const,
    ['bust', 'drawing', 'sticker'] as const,
  ).map(([format, sample]) => encode('q=80', file(middle, 'png', sample), format)),
];

/** Whether a case measures the work of an effect, of a format, or of the conversion of colours (`icc`). */
export function isAbout(
  { stage, plan, file: { kind }, format }: StageCase,
  owner: string,
): boolean {
  // A step may be written as an option, under another name than its effect's: `w=64`.
  const { steps } = parsePlan(plan === '' ? [] : plan.split('/'), effects);
  if (steps.some(({ effect }) => effect.name === owner)) return true;
  if (stage === 'encode') return format === owner;
  const isConverted = kind === 'jpeg-p3' || kind === 'jpeg-inks';
  return stage === 'decode' && (kind.split('-')[0] === owner || (isConverted && owner === 'icc'));
}

export const calibrationCases = (): StageCase[] => [
  ...stepCases(effects),
  ...decodeCases(),
  ...encodeCases(),
];
