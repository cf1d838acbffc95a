// Everything that has a target and depends on speed or memory, in one table: a few minutes on one commit.
import type { Effort } from '../measure/effort.ts';
import { firstRequests } from '../measure/first-requests.ts';
import { median, type Outcome, rounded } from '../measure/report.ts';
import { bytesToBytes } from '../stages/bytes-to-bytes.ts';
import { peakInFlight } from '../stages/in-flight.ts';
import { SERVED_STEP, servedStep } from './hybrid.ts';
import { progressiveRatios } from './jpeg.ts';
import { IN_FLIGHT, plans } from './memory.ts';
import { photoRatios } from './photos.ts';
import { sampleSteps, stepTargets } from './steps.ts';

const HYBRID_MS = 12;
const FIRST_PICTURE_MS = 70;
const IN_FLIGHT_MIB = 80;
const THUMBNAIL_RATIO = 0.55;
/** A fifth of the former reader's, which took 0.137 of TurboJPEG's time when both were measured together. */
const PROGRESSIVE_RATIO = 0.0274;

type Row = { name: string; most: number; unit: string; median: number; min: number };

export async function targets(effort: Effort): Promise<Outcome> {
  const rows: Row[] = [];
  const add = (name: string, most: number, unit: string, samples: readonly number[]): void => {
    rows.push({ name, most, unit, median: median(samples), min: Math.min(...samples) });
  };
  const served = await effort.once('served step', () => servedStep(effort.rounds(25)));
  add(`${SERVED_STEP} at 512×512`, HYBRID_MS, 'ms', served[SERVED_STEP]!);
  const taken = { rounds: effort.rounds(15), repeat: effort.rounds(10) };
  const steps = await sampleSteps(Object.keys(stepTargets), taken);
  for (const [plan, most] of Object.entries(stepTargets)) {
    add(`\`${plan}\` at 512×512`, most, 'ms', steps[plan]!.steps);
  }
  const { first } = await effort.once('first requests', () => firstRequests(effort.rounds(7)));
  add('first picture of a cold isolate', FIRST_PICTURE_MS, 'ms', first);
  const { answers, peak } = await peakInFlight(effort.quick ? 2 : IN_FLIGHT, plans);
  add(`${IN_FLIGHT} in flight, live memory`, IN_FLIGHT_MIB, 'MiB', [
    (peak.script + peak.wasm) / 2 ** 20,
  ]);
  const { ratios } = await effort.once('photos', () => photoRatios(effort));
  for (const { name, most, ...of } of ratios) {
    rows.push({ name: `${name}, WebP, against sharp`, most, unit: '×', ...of });
  }
  const { times, ...thumbnail } = await bytesToBytes(effort);
  rows.push({
    name: '12 MP → 128×96, WebP, bytes to bytes, against sharp',
    most: THUMBNAIL_RATIO,
    unit: '×',
    ...thumbnail,
  });
  const progressive = await progressiveRatios(effort);
  rows.push({
    name: '12 MP progressive at 1/8, against TurboJPEG',
    most: PROGRESSIVE_RATIO,
    unit: '×',
    ...progressive,
  });
  return {
    tables: [
      {
        title: 'Targets of speed and memory',
        columns: ['', 'limit', 'median', 'min', 'reached', 'reached by the minimum'],
        rows: rows.map(({ name, most, unit, median, min }) => [
          name,
          `${most} ${unit}`,
          rounded(median),
          rounded(min),
          median <= most ? 'yes' : 'no',
          min <= most ? 'yes' : 'no',
        ]),
      },
    ],
    targets: [],
    notes: [
      'steps: inside workerd, without decoding and encoding; requests to sharp: the same quality and effort, each above the time of an 8×8 picture',
      `bytes to bytes: ours inside workerd, sharp on one thread with the same quality and effort, in turn, without HTTP, both by CPU time; ${times}`,
      `in flight: requests of 800×600 px in a new isolate, with the plans of \`memory\` in turn; script and WASM after collecting garbage; answers: ${answers}`,
    ],
  };
}
