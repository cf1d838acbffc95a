// Stages that calibration has not seen: other sizes, pictures and parameters.
import type { StageCase } from '../../scripts/calibrate/cases.ts';
import {
  type FileKind,
  type FileSpec,
  fileName,
  type Sample,
} from '../../scripts/calibrate/files.ts';
import { stepCases } from '../../scripts/calibrate/step-cases.ts';
import { effects } from '../../src/effects/index.ts';
import type { Size } from '../../src/image.ts';
import { heldOutStep } from './held-out-step.ts';

const sizes = [
  { width: 160, height: 120 },
  { width: 640, height: 480 },
  { width: 1200, height: 900 },
] as const;
const wide = { width: 1800, height: 700 };

const file = (size: Size, kind: FileKind = 'jpeg', sample: Sample = 'chess'): FileSpec => ({
  ...size,
  kind,
  sample,
});

const shrinking = ['jpeg', 'jpeg-progressive', 'jpeg-444', 'png'] as const;
const kinds = [
  ...shrinking,
  'jpeg-grey',
  'png-palette',
  'webp',
  'webp-lossless',
  'avif',
  'gif',
] as const;

export const heldOutCases = (): StageCase[] => [
  ...stepCases(effects).map(heldOutStep),
  ...kinds.flatMap((kind) =>
    [sizes[0], sizes[1], wide].map(
      (size): StageCase => ({ stage: 'decode', plan: '', file: file(size, kind), format: 'webp' }),
    ),
  ),
  ...shrinking.flatMap((kind) =>
    [120, 330].map(
      (width): StageCase => ({
        stage: 'decode',
        plan: `w=${width}`,
        file: file(wide, kind, 'painting'),
        format: 'webp',
      }),
    ),
  ),
  ...(['jpeg', 'webp', 'avif'] as const).flatMap((format) =>
    [50, 82].flatMap((q) =>
      sizes
        .slice(0, format === 'avif' ? 2 : 3)
        .map((size): StageCase => ({ stage: 'encode', plan: `q=${q}`, file: file(size), format })),
    ),
  ),
  ...(['png', 'gif'] as const).flatMap((format) =>
    sizes.map((size): StageCase => ({ stage: 'encode', plan: '', file: file(size), format })),
  ),
];

/** Throws if a held-out case has a picture size that calibration uses. */
export function assertDisjoint(held: readonly StageCase[], seen: readonly StageCase[]): void {
  const sizeOf = ({ file: { width, height } }: StageCase): string => `${width}x${height}`;
  const seenSizes = new Set(seen.map(sizeOf));
  for (const one of held) {
    if (!seenSizes.has(sizeOf(one))) continue;
    throw new Error(`${one.plan}, ${fileName(one.file)}: calibration has seen it`);
  }
}
