// How much of each picture is in hybrids of photographs: correlation of detail and of the view from afar, and clipping.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import { atLeast, atMost, type Outcome, rounded } from '../measure/report.ts';

const folder = join(import.meta.dirname, '../../../shared/images/photos');
const pairs = [
  ['astronaut.png', 'chelsea.png'],
  ['chelsea.png', 'coffee.png'],
  ['coffee.png', 'kodim04.png'],
  ['kodim04.png', 'astronaut.png'],
  ['kodim07.png', 'kodim08.png'],
  ['kodim08.png', 'rocket.jpg'],
  ['kodim12.png', 'kodim07.png'],
  ['kodim03.png', 'kodim12.png'],
] as const;

const variants = {
  'the defaults': '',
  'mode=frequency': ',mode=frequency',
  'steps=3': ',steps=3',
  'headroom=false': ',headroom=false',
  'mode=frequency,headroom=false': ',mode=frequency,headroom=false',
  'cutoff=8': ',cutoff=8',
  'cutoff=32': ',cutoff=32',
  'mode=reference,sigma=3,steps=20': ',mode=reference,sigma=3,steps=20',
};

type Numbers = { near: number; far: number; clipped: number };

const mean = (all: Numbers[], key: keyof Numbers): number =>
  all.reduce((sum, numbers) => sum + numbers[key], 0) / all.length;

export async function hybridPhotos(): Promise<Outcome> {
  const photos = await readPhotos();
  if (!photos) {
    return {
      tables: [],
      targets: [],
      samples: {},
      notes: ['not measured: the shared photographs are not beside the checkout'],
    };
  }
  const worker = await startBundledWorker();
  return closing(
    () => worker.close(),
    async () => {
      const measure = async (plan: string, near: string, far: string): Promise<Numbers> => {
        const body = new FormData();
        body.set('image', new Blob([photos.get(near) as Uint8Array<ArrayBuffer>]));
        body.set('far', new Blob([photos.get(far) as Uint8Array<ArrayBuffer>]));
        const path = `/t/w=512,h=512,fit=cover/hybrid${plan}/f=json`;
        const response = await worker.fetch(path, { method: 'POST', body });
        if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
        const { steps } = (await response.json()) as {
          steps: { correlation: { near: number; far: number }; clipped: number }[];
        };
        const { correlation, clipped } = steps.at(-1) as (typeof steps)[number];
        return { ...correlation, clipped };
      };
      const rows: (string | number)[][] = [];
      let defaults: Numbers[] = [];
      for (const [name, plan] of Object.entries(variants)) {
        const all: Numbers[] = [];
        for (const [near, far] of pairs) all.push(await measure(plan, near, far));
        if (plan === '') defaults = all;
        rows.push([
          name,
          mean(all, 'near').toFixed(3),
          mean(all, 'far').toFixed(4),
          `${rounded(100 * mean(all, 'clipped'))} %`,
        ]);
      }
      return {
        tables: [
          {
            title: 'Eight pairs of photographs at 512×512, means',
            columns: ['hybrid,far=…', 'near', 'far', 'clipped'],
            rows,
          },
        ],
        targets: [
          atLeast('near correlation', 0.93, mean(defaults, 'near'), ''),
          atLeast('far correlation', 0.995, mean(defaults, 'far'), ''),
          atMost('clipped values', 0.5, 100 * mean(defaults, 'clipped'), '%'),
        ],
        samples: {},
        notes: [],
      };
    },
  );
}

async function readPhotos(): Promise<Map<string, Uint8Array> | undefined> {
  try {
    const names = [...new Set(pairs.flat())];
    const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return new Map(names.map((name, i) => [name, new Uint8Array(files[i] as Buffer)]));
  } catch {
    return undefined;
  }
}
