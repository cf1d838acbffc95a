// Hybrids of photographs: how much of each picture is seen up close and from afar, and a contact sheet of them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BundledWorker,
  startBundledWorker,
} from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import type { Effort } from '../measure/effort.ts';
import { atLeast, atMost, type Outcome, type Table } from '../measure/report.ts';
import { NO_PHOTOGRAPHS, PHOTOGRAPHS, SAMPLES } from '../pictures/folders.ts';
import { type HybridMeasures, measureHybrid, type Rgb } from '../quality/hybrid-measures.ts';
import { rgbOf, writeHybridSheet } from '../quality/hybrid-sheet.ts';

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
  'color=both',
  'gap=0',
  'gap=0.5',
  'gap=1',
  'cutoff=8',
  'cutoff=32',
  'mode=reference,cutoff=16,steps=20',
];

const SIDE = 512;

type Result = { picture: Rgb; measures: HybridMeasures; gap: number };

export async function hybridPhotos(effort: Effort): Promise<Outcome> {
  const pairs = effort.quick ? samples : photographs;
  const folder = effort.quick ? SAMPLES : PHOTOGRAPHS;
  const fileOf = (name: string): string => join(folder, name);
  if (!pairs.flat().every((name) => existsSync(fileOf(name)))) {
    return { tables: [], targets: [], notes: [NO_PHOTOGRAPHS] };
  }
  const worker = await startBundledWorker();
  const found = await closing(worker.close, async () => {
    const all = new Map<string, Result[]>();
    for (const variant of effort.first(2, variants)) {
      const results: Result[] = [];
      for (const [near, far] of pairs) {
        results.push(await hybridOf(worker, variant, { near: fileOf(near), far: fileOf(far) }));
      }
      all.set(variant, results);
    }
    return all;
  });
  const defaults = found.get('')!;
  if (!effort.quick) await writeHybridSheet(defaults.map(({ picture }) => picture));
  const means = (results: readonly Result[]): HybridMeasures =>
    meansOf(results.map(({ measures }) => measures));
  const { near, contrast, difference, ghost, clipped } = means(defaults);
  return {
    tables: [
      {
        title: `${pairs.length} pairs of photographs at ${SIDE}×${SIDE}, means`,
        columns: ['hybrid,far=…', ...COLUMNS],
        rows: [...found].map(([variant, results]) => [
          variant || 'the defaults',
          ...cellsOf(means(results)),
        ]),
      },
      pairTable(pairs, defaults),
    ],
    targets: [
      atLeast('near', 0.9, near, ''),
      atLeast('contrast at one eighth', 0.9, contrast, ''),
      atMost('ΔE2000 at one eighth', 4.5, difference, ''),
      atMost('ghost at one eighth', 0.05, ghost, ''),
      atMost('clipped values', 0.5, 100 * clipped, '%'),
    ],
    notes: [],
  };
}

const COLUMNS = ['near', 'above cutoff', 'contrast ⅛', 'ΔE ⅛', 'ghost ⅛', 'clipped'];

const cellsOf = (m: HybridMeasures): string[] => [
  ...[m.near, m.whole, m.contrast].map((v) => v.toFixed(3)),
  m.difference.toFixed(2),
  m.ghost.toFixed(3),
  `${(100 * m.clipped).toFixed(2)} %`,
];

const pairTable = (pairs: readonly Pair[], results: readonly Result[]): Table => ({
  title: 'Each pair at the defaults, and the gap that was chosen, in octaves',
  columns: ['near, far', ...COLUMNS, 'gap'],
  rows: pairs.map((pair, i) => {
    const { measures, gap } = results[i]!;
    const names = pair.map((file) => file.replace(/\.\w+$/, ''));
    return [names.join(', '), ...cellsOf(measures), gap.toFixed(2)];
  }),
});

const meansOf = (all: readonly HybridMeasures[]): HybridMeasures => {
  const of = (key: keyof HybridMeasures): number =>
    all.reduce((sum, one) => sum + one[key], 0) / all.length;
  return {
    near: of('near'),
    whole: of('whole'),
    contrast: of('contrast'),
    difference: of('difference'),
    ghost: of('ghost'),
    clipped: of('clipped'),
  };
};

/** The hybrid of two files as the service makes it, and its measures. */
async function hybridOf(
  worker: BundledWorker,
  variant: string,
  files: { near: string; far: string },
): Promise<Result> {
  const blobs = {
    near: new Blob([new Uint8Array(await readFile(files.near))]),
    far: new Blob([new Uint8Array(await readFile(files.far))]),
  };
  const frame = `w=${SIDE},h=${SIDE},fit=cover`;
  const post = async (path: string, image: Blob, far?: Blob): Promise<Response> => {
    const body = new FormData();
    body.set('image', image);
    if (far) body.set('far', far);
    const response = await worker.fetch(path, { method: 'POST', body });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response;
  };
  const pictureOf = async (response: Response): Promise<Rgb> => rgbOf(await response.arrayBuffer());
  const plan = `/t/${frame}/hybrid${variant && `,${variant}`}`;
  const picture = await pictureOf(await post(`${plan}/f=png`, blobs.near, blobs.far));
  const report = await post(`${plan}/f=json`, blobs.near, blobs.far);
  const { steps } = (await report.json()) as { steps: { gap: number }[] };
  const { gap } = steps.at(-1)!;
  const near = await pictureOf(await post(`/t/${frame}/f=png`, blobs.near));
  const far = await pictureOf(await post(`/t/${frame}/f=png`, blobs.far));
  const cutoff = Number(/cutoff=(\d+)/.exec(variant)?.[1] ?? 16);
  return { picture, gap, measures: measureHybrid({ result: picture, near, far }, { cutoff, gap }) };
}
