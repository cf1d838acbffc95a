// Fast style transfer inside workerd: our networks against the same network in plain tf.js, in one run.
import { readFile } from 'node:fs/promises';
import { writeSafetensors } from '../../../src/models/safetensors.ts';
import { mirroredWeights } from '../../../test/helpers/nets/mirrored-weights.ts';
import { seededFastStyle, seededPredictor } from '../../../test/helpers/nets/seeded-fast-style.ts';
import type { FastStyleWay } from '../../inside/fast-style.ts';
import type { Effort } from '../../measure/effort.ts';
import { interleave } from '../../measure/interleave.ts';
import {
  atMost,
  median,
  mediansTable,
  type Outcome,
  rounded,
  type Table,
} from '../../measure/report.ts';
import { type Runtime, withRuntime } from '../../measure/runtime.ts';

const SIDES = [160, 256, 384, 512];
/** Targets in milliseconds, by side. */
const limits: Readonly<Record<number, number>> = { 256: 45, 384: 100, 512: 180 };
const PREDICTOR_LIMIT = 100;
/** Most time of the named styles' network, as a share of the downloaded network's in the same run, at this side. */
const NAMED_LIMIT = 0.8;
const NAMED_SIDE = 256;

type Files = { files: Map<string, Uint8Array>; seeded: string[] };

export async function fastStyle(effort: Effort): Promise<Outcome> {
  const sides = effort.first(1, SIDES);
  const { files, seeded } = await obtainFiles();
  const inside = <T>(use: (runtime: Runtime) => Promise<T>): Promise<T> =>
    withRuntime(async (runtime) => {
      for (const [name, bytes] of files) await runtime.put(name, bytes);
      return use(runtime);
    });
  const ours: Record<string, number> = {};
  const named: Record<string, number> = {};
  const { tables, differences } = await inside(async (runtime) => {
    const tables: Table[] = [];
    const compare = async (title: string, variants: Run[], baseline: string) => {
      const found = await interleave(effort.rounds(9), sampled(runtime, variants, effort), 2);
      tables.push(mediansTable(title, 'ms', found, baseline));
      ours[title] = median(found.ours!);
      if (found['named style']) named[title] = median(found['named style']) / ours[title];
    };
    const differences: string[] = [];
    for (const side of sides) {
      await compare(
        titleOf(side),
        [
          { name: 'ours', way: 'transfer', side },
          { name: 'plain tf.js', way: 'transcription', side },
          { name: 'named style', way: 'named', side },
        ],
        'ours',
      );
      const ways = { one: 'transfer', other: 'transcription', side };
      differences.push(await differenceOf(runtime, ways));
    }
    await compare(PREDICTOR, [{ name: 'ours', way: 'predictor', side: 256 }], 'ours');
    return { tables, differences };
  });
  tables.push(await memoryTable(inside, effort));
  return {
    tables,
    targets: [
      ...sides
        .filter((side) => limits[side])
        .map((side) =>
          atMost(`known style, ${side}×${side}`, limits[side]!, ours[titleOf(side)]!, 'ms'),
        ),
      ...sides
        .filter((side) => side === NAMED_SIDE)
        .map((side) =>
          atMost(`named style, ${side}×${side}`, NAMED_LIMIT, named[titleOf(side)]!, 'of ours'),
        ),
      atMost('predictor', PREDICTOR_LIMIT, ours[PREDICTOR]!, 'ms'),
    ],
    notes: [
      `largest difference from plain tf.js, of values 0…1: ${differences.join(', ')}`,
      'ours uploads its weights in every run; plain tf.js keeps them as tensors',
      ...(seeded.length > 0 ? [`seeded weights instead of real ones: ${seeded.join(', ')}`] : []),
    ],
  };
}

const titleOf = (side: number): string => `Transfer ${side}×${side}, style vector known`;
const PREDICTOR = 'Style vector of a picture, 256×256';

/** Real weights if this machine has them, otherwise seeded ones. */
async function obtainFiles(): Promise<Files> {
  const seededFiles: Record<string, () => Uint8Array> = {
    'fast-style': () => writeSafetensors(seededFastStyle(), { dtype: 'F16' }),
    'fast-style-predictor': () =>
      writeSafetensors(seededPredictor(), {
        dtype: (name) => (name.endsWith('.weight') ? 'I8' : 'F32'),
      }),
  };
  const files = new Map<string, Uint8Array>();
  const seeded: string[] = [];
  for (const [name, make] of Object.entries(seededFiles)) {
    const real = await mirroredWeights(name);
    if (!real) seeded.push(name);
    files.set(name, real ?? make());
  }
  files.set('named-styles', await readFile('models/named-styles.safetensors'));
  return { files, seeded };
}

type Run = { name: string; way: FastStyleWay; side: number };

function sampled(runtime: Runtime, runs: readonly Run[], { rounds }: Effort) {
  const one =
    ({ way, side }: Run) =>
    async () => {
      // workerd's clock moves in whole milliseconds, so short runs are repeated.
      const repeat = rounds(side < 256 ? 8 : side < 512 ? 3 : 1);
      return (await runtime.measure<{ ms: number }>('fastStyle', { way, side, repeat })).ms;
    };
  return Object.fromEntries(runs.map((run) => [run.name, one(run)]));
}

async function differenceOf(
  runtime: Runtime,
  options: { one: string; other: string; side: number },
): Promise<string> {
  const { difference } = await runtime.measure<{ difference: number }>(
    'fastStyleAgreement',
    options,
  );
  return `${options.side}² ${difference.toExponential(1)}`;
}

/** Each in its own process, because WASM memories never shrink. */
async function memoryTable(
  inside: <T>(use: (runtime: Runtime) => Promise<T>) => Promise<T>,
  { first }: Effort,
): Promise<Table> {
  const runs: Run[] = [
    ...SIDES.map((side) => ({ name: `ours, ${side}×${side}`, way: 'transfer' as const, side })),
    { name: 'plain tf.js, 512×512', way: 'transcription', side: 512 },
    { name: 'predictor, 256×256', way: 'predictor', side: 256 },
  ];
  const rows: (string | number)[][] = [];
  for (const { name, way, side } of first(1, runs)) {
    const { bytes } = await inside((runtime) =>
      runtime.measure<{ bytes: number }>('fastStyleMemory', { way, side }),
    );
    rows.push([name, rounded(bytes / 2 ** 20), rounded(bytes / side ** 2)]);
  }
  return {
    title: 'WASM memory after one run, weights and working memory included',
    columns: ['', 'MiB', 'bytes per pixel'],
    rows,
  };
}
