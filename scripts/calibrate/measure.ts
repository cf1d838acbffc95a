// Measures stages inside workerd, by its CPU time if the system reports it.
import { readFileSync } from 'node:fs';
import { type Runtime, withRuntime } from '../../bench/measure/runtime.ts';
import type { StageOptions, StageReady, StageRuns } from '../../bench/stages/stage-sample.ts';
import { writeSafetensors } from '../../src/models/safetensors.ts';
import { NAMED_STYLES } from '../../src/nets/named-styles/names.ts';
import { seededFastStyle, seededPredictor } from '../../test/helpers/nets/seeded-fast-style.ts';
import { seededNamedStyles } from '../../test/helpers/nets/seeded-named-styles.ts';
import { seededPixelart } from '../../test/helpers/nets/seeded-pixelart.ts';
import type { StageCase } from './cases.ts';
import { type FileSpec, fileName, makeFile } from './files.ts';
import type { Sample } from './fit-rates.ts';

// Rounds over all cases, after a first one that compiles everything. The result is the median of their means.
const ROUNDS = 3;
// Milliseconds of repeating a stage before it is measured.
const WARM_MS = 8;
// Milliseconds of repeating a stage, at least, for one mean.
const LEAST_MS = 25;

export const caseName = ({ stage, plan, file, format, lighter }: StageCase): string =>
  `${stage}: ${[plan || 'no steps', ...(lighter ? ['lighter'] : []), fileName(file), ...(stage === 'encode' ? [format] : [])].join(', ')}`;

// Weights from a seed take as long as trained ones.
const models = [
  ['fast-style', writeSafetensors(seededFastStyle(), { dtype: 'F16' })],
  [
    'fast-style-predictor',
    writeSafetensors(seededPredictor(), {
      dtype: (name) => (name.endsWith('.weight') ? 'I8' : 'F32'),
    }),
  ],
  ['named-styles', writeSafetensors(seededNamedStyles(NAMED_STYLES), { dtype: 'F16' })],
  ['pixelart', writeSafetensors(seededPixelart(), { dtype: 'F16' })],
  ['slim', new Uint8Array(readFileSync(new URL('../../models/slim.safetensors', import.meta.url)))],
] as const;

/** The median; of an even number of values the lower one of the two in the middle. */
const lowerMedian = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] as number;

/** The counted work and median milliseconds of each case. Throws if one cannot be measured. */
export const measureStages = (
  cases: readonly StageCase[],
  { rounds = ROUNDS, progress = (_: string): void => {} } = {},
): Promise<Sample[]> =>
  withRuntime(async (runtime) => {
    const files = new Map<string, FileSpec>();
    for (const { file, far } of cases) {
      for (const spec of far ? [file, far] : [file]) files.set(fileName(spec), spec);
    }
    for (const [name, spec] of files) await runtime.put(name, await makeFile(spec));
    for (const [name, weights] of models) await runtime.put(name, weights);
    progress(`${files.size} files made`);
    const requestMs = await emptyRequestMs(runtime);
    const found: Sample[][] = cases.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [i, one] of cases.entries()) {
        try {
          if (round === 0) await prepare(one, runtime);
          else found[i]?.push(await measured(one, runtime, requestMs));
        } catch (cause) {
          throw new Error(`${caseName(one)}: it could not be measured`, { cause });
        }
      }
      progress(round === 0 ? 'everything has run once' : `round ${round} of ${rounds}`);
    }
    return found.map((samples) => ({
      ...(samples[0] as Sample),
      ms: lowerMedian(samples.map(({ ms }) => ms)),
    }));
  });

/** Prepares the stage and runs it for a while, so that it is compiled. */
async function prepare(one: StageCase, { measure }: Runtime): Promise<StageReady> {
  const options: StageOptions = {
    stage: one.stage,
    plan: one.plan,
    file: fileName(one.file),
    further: one.far ? { 'asset:far': fileName(one.far) } : {},
    format: one.format,
    ...(one.lighter && { lighter: one.lighter }),
  };
  const ready = await measure<StageReady>('readyStage', options);
  await measure<StageRuns>('repeatStage', { leastMs: WARM_MS });
  return ready;
}

async function measured(one: StageCase, runtime: Runtime, requestMs: number): Promise<Sample> {
  const { work } = await prepare(one, runtime);
  const before = runtime.cpuMs();
  const { runs, ms } = await runtime.measure<StageRuns>('repeatStage', { leastMs: LEAST_MS });
  const after = runtime.cpuMs();
  const cpu =
    before === undefined || after === undefined ? ms : (after - before - requestMs) / runs;
  return { name: caseName(one), work, ms: Math.max(cpu, LEAST_MS / 1e6) };
}

/** CPU milliseconds of a request that measures nothing. */
async function emptyRequestMs({ measure, cpuMs }: Runtime): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const before = cpuMs() ?? 0;
    await measure('nothing');
    times.push((cpuMs() ?? 0) - before);
  }
  return lowerMedian(times);
}
