// How much of each picture is in hybrids of photographs: correlation of the detail and of the view from afar, and clipping.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BundledWorker,
  startBundledWorker,
} from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import type { Effort } from '../measure/effort.ts';
import { atLeast, atMost, type Outcome, rounded } from '../measure/report.ts';
import { NO_PHOTOGRAPHS, PHOTOGRAPHS, SAMPLES } from '../pictures/folders.ts';

type Pair = readonly [near: string, far: string];

const photographs: readonly Pair[] = [
  ['astronaut.png', 'chelsea.png'],
  ['chelsea.png', 'coffee.png'],
  ['coffee.png', 'kodim04.png'],
  ['kodim04.png', 'astronaut.png'],
  ['kodim07.png', 'kodim08.png'],
  ['kodim08.png', 'rocket.jpg'],
  ['kodim12.png', 'kodim07.png'],
  ['kodim03.png', 'kodim12.png'],
];
/** For quick runs, which work on every machine. */
const samples: readonly Pair[] = [['chess.jpg', 'bust.jpg']];

/** Parameters that are compared. */
const variants: readonly string[] = [
  '',
  'mode=frequency',
  'steps=3',
  'headroom=false',
  'mode=frequency,headroom=false',
  'cutoff=8',
  'cutoff=32',
  'mode=reference,sigma=3,steps=20',
];

type Numbers = { near: number; far: number; clipped: number };

const mean = (all: Numbers[], key: keyof Numbers): number =>
  all.reduce((sum, numbers) => sum + numbers[key], 0) / all.length;

export async function hybridPhotos(effort: Effort): Promise<Outcome> {
  const pairs = effort.quick ? samples : photographs;
  const files = await readFiles(effort.quick ? SAMPLES : PHOTOGRAPHS, pairs.flat());
  if (!files) return { tables: [], targets: [], notes: [NO_PHOTOGRAPHS] };
  const worker = await startBundledWorker();
  const found = await closing(worker.close, async () => {
    const all = new Map<string, Numbers[]>();
    for (const variant of effort.first(2, variants)) {
      const numbers: Numbers[] = [];
      for (const [near, far] of pairs) {
        const pictures = { near: files.get(near)!, far: files.get(far)! };
        numbers.push(await numbersOf(worker, variant, pictures));
      }
      all.set(variant, numbers);
    }
    return all;
  });
  const defaults = found.get('')!;
  return {
    tables: [
      {
        title: `${pairs.length} pairs of photographs at 512×512, means`,
        columns: ['hybrid,far=…', 'near', 'far', 'clipped'],
        rows: [...found].map(([variant, numbers]) => [
          variant || 'the defaults',
          mean(numbers, 'near').toFixed(3),
          mean(numbers, 'far').toFixed(4),
          `${rounded(100 * mean(numbers, 'clipped'))} %`,
        ]),
      },
    ],
    targets: [
      atLeast('near correlation', 0.93, mean(defaults, 'near'), ''),
      atLeast('far correlation', 0.995, mean(defaults, 'far'), ''),
      atMost('clipped values', 0.5, 100 * mean(defaults, 'clipped'), '%'),
    ],
    notes: [],
  };
}

type Report = { correlation: { near: number; far: number }; clipped: number };

/** What the service reports about the hybrid of two pictures. */
async function numbersOf(
  worker: BundledWorker,
  variant: string,
  { near, far }: { near: Blob; far: Blob },
): Promise<Numbers> {
  const body = new FormData();
  body.set('image', near);
  body.set('far', far);
  const path = `/t/w=512,h=512,fit=cover/hybrid${variant && `,${variant}`}/f=json`;
  const response = await worker.fetch(path, { method: 'POST', body });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  const { steps } = (await response.json()) as { steps: Report[] };
  const { correlation, clipped } = steps.at(-1)!;
  return { ...correlation, clipped };
}

async function readFiles(
  folder: string,
  names: readonly string[],
): Promise<Map<string, Blob> | undefined> {
  const files = new Map<string, Blob>();
  for (const name of names) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (!bytes) return undefined;
    files.set(name, new Blob([new Uint8Array(bytes)]));
  }
  return files;
}
