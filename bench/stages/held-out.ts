// Stages that calibration has not seen: other sizes, pictures and parameters.
import type { StageCase } from '../../scripts/calibrate/cases.ts';
import {
  type FileKind,
  type FileSpec,
  fileName,
  type Sample,
} from '../../scripts/calibrate/files.ts';
import type { Size } from '../../src/image.ts';

const sizes = [
  { width: 160, height: 120 },
  { width: 640, height: 480 },
  { width: 1200, height: 900 },
] as const;
// Larger pictures do not fit into the tensor backend's memory.
const hybridSizes = [sizes[0], { width: 320, height: 240 }, { width: 440, height: 330 }] as const;
const wide = { width: 1800, height: 700 };

const file = (size: Size, kind: FileKind = 'jpeg', sample: Sample = 'chess'): FileSpec => ({
  ...size,
  kind,
  sample,
});

const steps = [
  'trim=5~9~5~9',
  'flip=hv',
  'rotate=270',
  'brightness=0.7',
  'contrast=0.8',
  'gamma=0.7',
  'saturation=0.5',
  'blur=1.5',
  'blur=4',
  'blur=20',
  'blur=90',
  'sharpen=2',
  'edges,gain=2',
  'w=100',
  'w=333',
  'w=500,h=500,fit=cover',
  'w=1100,h=700,fit=squeeze',
  'w=420,h=420,fit=pad,background=000000',
  'w=150,h=240,fit=cover,gravity=auto',
  'pixelate,block=5',
  'pixelate,block=24',
  'pixelate,columns=77',
  'pixelate,block=6,upscale=false',
  'pixelate,block=7,cells=median',
  'pixelate,block=7,cells=mode',
  'pixelate,block=7,cells=detail',
  'pixelate,block=5,outline=0.3',
  'pixelate,block=5,palette=sweetie16',
  'pixelate,block=6,palette=sweetie16,dither=bayer4',
  'pixelate,block=5,palette=sweetie16,dither=blue-noise',
  'pixelate,block=6,palette=sweetie16,dither=floyd-steinberg',
  'pixelate,block=5,palette=auto,colors=24',
  'pixelate,block=6,palette=auto,colors=100,dither=atkinson',
];

const styles = [
  'style,style=asset:far,size=128',
  'style,style=asset:far,size=320',
  'style,style=asset:far,size=200,color=content',
  'style,style=asset:far,size=200,strength=0.4',
];

const hybrids = [
  'hybrid,far=asset:far,cutoff=12',
  'hybrid,far=asset:far,cutoff=24',
  'hybrid,far=asset:far,mode=frequency,cutoff=20',
  'hybrid,far=asset:far,steps=2',
  'hybrid,far=asset:far,mode=reference,steps=3',
  'hybrid,far=asset:far,mode=frequency,preview=pyramid,gain=1.2',
];

const shrinking = ['jpeg', 'jpeg-progressive', 'jpeg-444', 'png'] as const;
const kinds = [...shrinking, 'jpeg-grey', 'png-palette', 'webp', 'webp-lossless', 'avif'] as const;

const stepCase = (plan: string, size: Size): StageCase => ({
  stage: 'steps',
  plan,
  file: file(size),
  format: 'webp',
  ...(/^(?:hybrid|style),/.test(plan) && { far: file(size, 'jpeg', 'painting') }),
});

export const heldOutCases = (): StageCase[] => [
  ...steps.flatMap((plan) => sizes.map((size) => stepCase(plan, size))),
  ...styles.flatMap((plan) => sizes.map((size) => stepCase(plan, size))),
  ...hybrids.flatMap((plan) => hybridSizes.map((size) => stepCase(plan, size))),
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
  ...sizes.map(
    (size): StageCase => ({ stage: 'encode', plan: '', file: file(size), format: 'png' }),
  ),
];

/** Throws if a held-out case shares its file sizes, or its step's parameters, with calibration. */
export function assertDisjoint(held: readonly StageCase[], seen: readonly StageCase[]): void {
  const sizeOf = ({ file: { width, height } }: StageCase): string => `${width}x${height}`;
  const seenSizes = new Set(seen.map(sizeOf));
  const seenSteps = new Set(seen.filter(({ stage }) => stage === 'steps').map(({ plan }) => plan));
  for (const one of held) {
    if (seenSizes.has(sizeOf(one)) || (one.stage === 'steps' && seenSteps.has(one.plan))) {
      throw new Error(`${one.plan}, ${fileName(one.file)}: calibration has seen it`);
    }
  }
}
