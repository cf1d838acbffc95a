// Pixelate at 512×512: its stages inside workerd, and whole requests against sharp behind HTTP.
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { atMost, median, mediansTable, type Outcome } from '../measure/report.ts';
import { withRuntime } from '../measure/runtime.ts';
import { NO_PHOTOGRAPHS } from '../pictures/folders.ts';
import { generated, photograph } from '../pictures/pictures.ts';
import { withServices } from '../rivals/services.ts';
import { type Stages, sampleStages, stagesTable } from '../stages/stages.ts';

const size = { width: 512, height: 512 };
const small = 'w=128,h=96,fit=cover/pixelate,block=8';
const large = 'pixelate,block=16';

export async function pixelate({ rounds }: Effort): Promise<Outcome> {
  const picture = (await generated(size)).jpeg;
  const photo = (await photograph())?.jpeg;
  const files = { 'picture.jpg': picture, ...(photo && { 'photo.jpg': photo }) };
  const stages = await insideWorkerd(files, rounds(9));
  const { tables, threads } = await wholeRequests(files, rounds(11));
  const step = (plan: string): number => median(stages[`${plan}, picture.jpg, png`]!.steps);
  return {
    tables: [stagesTable('Stages inside workerd, 512×512 JPEG in', stages), ...tables],
    targets: [
      atMost(`steps of \`${small}\``, 8, step(small), 'ms'),
      atMost(`step of \`${large}\``, 8, step(large), 'ms'),
    ],
    notes: [
      `sharp uses ${threads} thread(s) for each picture, its default here; a Worker has one`,
      'IPX has no such modifier and resizes only once per request. It is represented by the sharp that IPX depends on, called directly in the same process: shrink with a linear kernel, enlarge with the nearest neighbour',
      ...(photo ? [] : [NO_PHOTOGRAPHS]),
    ],
  };
}

function insideWorkerd(
  files: Record<string, Uint8Array>,
  rounds: number,
): Promise<Record<string, Stages>> {
  return withRuntime(async (runtime) => {
    for (const [name, bytes] of Object.entries(files)) await runtime.put(name, bytes);
    const plans = Object.keys(files).flatMap((file) =>
      [small, large].flatMap((plan) =>
        (['png', 'webp'] as const).map((format) => [
          `${plan}, ${file}, ${format}`,
          { plan, file, format, repeat: rounds > 1 ? 5 : 1 },
        ]),
      ),
    );
    return sampleStages(runtime, rounds, Object.fromEntries(plans));
  });
}

function wholeRequests(files: Record<string, Uint8Array>, rounds: number) {
  return withServices(files, async ({ worker, ipx, threads, roundTrips }) => {
    const idle = await roundTrips(rounds);
    const tables = [mediansTable('Round trip without work', 'ms', idle)];
    for (const format of ['png', 'webp'] as const) {
      for (const { plan, query } of [
        { plan: small, query: 'w=128&h=96&cover=1&block=8' },
        { plan: large, query: 'w=512&h=512&block=16' },
      ]) {
        const found = await interleave(rounds, {
          sharp: () => ipx(`mosaic?file=picture.jpg&format=${format}&${query}`),
          Tessera: () => worker(`${plan}/f=${format}`, 'picture.jpg'),
        });
        const title = `Whole request, 512×512 JPEG to ${format}, \`${plan}\``;
        tables.push(mediansTable(title, 'ms', found, 'sharp'));
      }
    }
    return { tables, threads };
  });
}
