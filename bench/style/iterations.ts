// Times iterations of style transfer on every device of the machine. Variants run in turn, each in its own process.
import { freemem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { median, rounded, type Table } from '../measure/report.ts';
import { type MeasuredDevice, type StyleProcess, withStyleProcess } from './process.ts';
import type { ObjectiveName, Work } from './tasks.ts';
import type { SeededVariant } from './weights.ts';

export type Variant = { label: string; network: SeededVariant; objective: ObjectiveName };

export type Measured = {
  label: string;
  side: number;
  samples: number[];
  flops: number;
  peakBytes: number;
};

export type DeviceResult = {
  device: MeasuredDevice;
  name: string;
  /** Operations per second of the fastest large matrix product in the same turns; 0 without such a device. */
  peakFlops: number;
  measured: Measured[];
  /** Sides that were left out because there is not enough free memory. */
  skipped: number[];
  /** Largest difference between the transcription's gradient and ours, relative to the largest value. */
  difference: number | undefined;
};

export const VARIANTS: readonly Variant[] = [
  { label: 'full, five Grams', network: 'vgg19', objective: 'grams' },
  { label: 'the same, plain transcription', network: 'vgg19', objective: 'transcription' },
  { label: 'full, `pyramid`', network: 'vgg19', objective: 'pyramid' },
  { label: 'small, five Grams', network: 'vgg19-small', objective: 'grams' },
  { label: 'small, `pyramid`', network: 'vgg19-small', objective: 'pyramid' },
];

const NOTHING = { peakFlops: 0, measured: [], skipped: [], difference: undefined };
const GIB = 2 ** 30;
// Memory that one variant's process needs per pixel, and all variants together, each with some margin.
const BYTES_PER_PIXEL = 10_000;
const ALL_BYTES_PER_PIXEL = 30_000;
// A thread pool spins for some milliseconds after its last work, which would disturb the next variant.
const SETTLING_MS = 30;
// Edges of the matrices in the product.
const EDGE = { cpu: 2048, webgpu: 4096, cuda: 8192, 'webgpu-software': 256 };
const QUICK_EDGE = 64;

export type IterationOptions = {
  device: MeasuredDevice;
  sides: readonly number[];
  variants: readonly Variant[];
  threads: number;
  /** Samples of each variant at a size. */
  rounds: (side: number) => number;
  /** With narrow networks and small matrices, whose figures mean nothing. */
  quick: boolean;
};

/** Measures one device. If it cannot be measured, `name` says why. */
export async function measureDevice(options: IterationOptions): Promise<DeviceResult> {
  const { device, sides, threads } = options;
  try {
    const opened = await withStyleProcess(({ ask }) => ask({ kind: 'open', device, threads }));
    if ('missing' in opened) {
      return { device, name: `not on this machine: ${opened.missing}`, ...NOTHING };
    }
    const peaks: number[] = [];
    const measured: Measured[] = [];
    const skipped: number[] = [];
    let difference: number | undefined;
    for (const side of sides) {
      const found = await measureSide(options, side);
      peaks.push(...found.peaks);
      measured.push(...found.measured);
      skipped.push(...found.skipped);
      difference ??= found.difference;
    }
    const peakFlops = Math.max(0, ...peaks);
    return { device, name: opened.name, peakFlops, measured, skipped, difference };
  } catch (error) {
    return { device, name: `failed: ${(error as Error).message.slice(0, 200)}`, ...NOTHING };
  }
}

type Side = Pick<DeviceResult, 'measured' | 'skipped' | 'difference'> & { peaks: number[] };

async function measureSide(options: IterationOptions, side: number): Promise<Side> {
  const { device, rounds, quick } = options;
  const fits = (bytes: number) => device !== 'cpu' || freemem() > bytes * side ** 2 + GIB;
  if (!fits(BYTES_PER_PIXEL)) {
    return { peaks: [], measured: [], skipped: [side], difference: undefined };
  }
  if (options.variants.length > 1 && !fits(ALL_BYTES_PER_PIXEL)) {
    const alone: Side[] = [];
    for (const variant of options.variants) {
      alone.push(await measureSide({ ...options, variants: [variant] }, side));
    }
    return {
      peaks: alone.flatMap(({ peaks }) => peaks),
      measured: alone.flatMap(({ measured }) => measured),
      skipped: [...new Set(alone.flatMap(({ skipped }) => skipped))],
      difference: undefined,
    };
  }
  const variants = options.variants.map(({ label, network, objective }) => ({
    label,
    work: { kind: 'iterate', side, network, objective, narrow: quick } as const,
  }));
  const all = [
    ...variants,
    {
      label: 'product',
      work: { kind: 'product', edge: quick ? QUICK_EDGE : EDGE[device] } as const,
    },
  ];
  return opened(all, options, async (open) => {
    const samples = await inTurns(open, rounds(side));
    const product = open.findIndex(({ work }) => work.kind === 'product');
    const peaks = samples[product]!.map((ms) => (1000 * open[product]!.flops) / ms);
    const measured: Measured[] = [];
    for (const [i, { label, child, flops, work }] of open.entries()) {
      if (work.kind === 'product') continue;
      const { peakBytes } = await child.ask({ kind: 'memory' });
      measured.push({ label, side, samples: samples[i]!, flops, peakBytes });
    }
    return { peaks, measured, skipped: [], difference: await compared(open) };
  });
}

type Open = { label: string; work: Work; flops: number; child: StyleProcess };

/** Starts a process for each work, one after the other, and ends them all after `use`. */
async function opened<T>(
  works: readonly { label: string; work: Work }[],
  options: IterationOptions,
  use: (open: readonly Open[]) => Promise<T>,
  open: readonly Open[] = [],
): Promise<T> {
  const [first, ...others] = works;
  if (!first) return use(open);
  const { device, threads } = options;
  return withStyleProcess(async (child) => {
    await child.ask({ kind: 'open', device, threads });
    const { flops } = await child.ask({ kind: 'prepare', work: first.work });
    return opened(others, options, use, [...open, { ...first, flops, child }]);
  });
}

async function inTurns(open: readonly Open[], rounds: number): Promise<number[][]> {
  const samples: number[][] = open.map(() => []);
  // A quick run has no round to warm up.
  for (let round = rounds > 1 ? -1 : 0; round < rounds; round++) {
    for (const [i, { child }] of open.entries()) {
      const { ms } = await child.ask({ kind: 'run' });
      if (round >= 0) samples[i]?.push(ms);
      await wait(SETTLING_MS);
    }
  }
  return samples;
}

async function compared(open: readonly Open[]): Promise<number | undefined> {
  const objectiveOf = ({ work }: Open) => (work.kind === 'iterate' ? work.objective : undefined);
  const ours = open.find((one) => objectiveOf(one) === 'grams');
  const other = open.find((one) => objectiveOf(one) === 'transcription');
  if (!ours || !other) return undefined;
  const a = (await ours.child.ask({ kind: 'outputs' })).gradient;
  const b = (await other.child.ask({ kind: 'outputs' })).gradient;
  let largest = 0;
  let off = 0;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]!));
    off = Math.max(off, Math.abs(a[i]! - b[i]!));
  }
  return off / largest;
}

/** A row for each size and variant; for a device or size that was not measured, a row that says why. */
export function iterationsTable(results: readonly DeviceResult[]): Table {
  const without = (device: string, picture: string, why: string) => [
    device,
    picture,
    why,
    ...Array(6).fill(''),
  ];
  return {
    title: 'Milliseconds of an iteration: losses and the gradient with respect to the picture',
    columns: [
      'device',
      'picture',
      'network and losses',
      'median ms',
      'min',
      'GFLOP',
      'TFLOP/s',
      'of peak',
      'peak RSS',
    ],
    rows: results.flatMap(({ device, name, peakFlops, measured, skipped }) => [
      ...measured.map((one) => rowOf(device, peakFlops, one)),
      ...skipped.map((side) => without(device, `${side}²`, 'not enough free memory')),
      ...(measured.length + skipped.length === 0 ? [without(device, '', name)] : []),
    ]),
  };
}

function rowOf(device: string, peakFlops: number, one: Measured): (string | number)[] {
  const { side, label, samples, flops, peakBytes } = one;
  const ms = median(samples);
  const speed = (1000 * flops) / ms;
  return [
    device,
    `${side}²`,
    label,
    rounded(ms),
    rounded(Math.min(...samples)),
    rounded(flops / 1e9),
    rounded(speed / 1e12),
    `${Math.round((100 * speed) / peakFlops)} %`,
    `${Math.round(peakBytes / 1e6)} MB`,
  ];
}

/** Explains the peaks, and tells how far the transcription's gradient differs. */
export function notesOf(results: readonly DeviceResult[]): string[] {
  return results.flatMap(({ device, name, peakFlops, difference }) => [
    ...(peakFlops > 0
      ? [
          `${device}: ${name}; peak: the fastest product of two ${EDGE[device]}² matrices in the same turns, ${rounded(peakFlops / 1e12)} TFLOP/s`,
        ]
      : []),
    ...(difference === undefined
      ? []
      : [
          `${device}: the transcription's gradient differs from ours by at most ${difference.toExponential(1)} of its largest value`,
        ]),
  ]);
}
