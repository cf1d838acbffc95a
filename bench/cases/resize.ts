// Shrinking to 128 px: stages inside workerd, other ways with tensor kernels, and whole requests against IPX.
import type { Quality, Way } from '../inside/resize.ts';
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { atMost, median, mediansTable, type Outcome, type Table } from '../measure/report.ts';
import { type Runtime, withRuntime } from '../measure/runtime.ts';
import { NO_PHOTOGRAPHS } from '../pictures/folders.ts';
import { generated, photograph } from '../pictures/pictures.ts';
import { withServices } from '../rivals/services.ts';
import { type Stages, sampleStages, stagesTable } from '../stages/stages.ts';

const SIZES = [512, 1024] as const;
const formats = ['png', 'webp', 'jpeg'] as const;
const ways: Way[] = ['step', 'dense product', 'pool and bilinear'];
// The tensors of a dense product of 1024² do not fit the backend's memory.
const shrinks = [
  { size: 512, to: 128 },
  { size: 512, to: 120 },
] as const;

export async function resize(effort: Effort): Promise<Outcome> {
  const { rounds } = effort;
  const sizes = effort.first(1, SIZES);
  const files: Record<string, Uint8Array> = {};
  for (const size of sizes)
    files[`${size}.jpg`] = (await generated({ width: size, height: size })).jpeg;
  const photo = (await photograph())?.jpeg;
  if (photo) files['photo512.jpg'] = photo;
  const { stages, alternatives, kinds } = await withRuntime(async (runtime) => {
    for (const [name, bytes] of Object.entries(files)) await runtime.put(name, bytes);
    return {
      stages: await stagesOf(runtime, Object.keys(files), effort),
      alternatives: await alternativesOf(runtime, effort),
      kinds: await qualities(runtime, effort),
    };
  });
  const whole = await wholeRequests(files, sizes, rounds(11));
  return {
    tables: [
      stagesTable('`w=128` by stages inside workerd, JPEG in', stages),
      ...alternatives,
      kinds,
      ...whole.tables,
    ],
    targets: [
      atMost('step 512 → 128', 8, median(stages['512.jpg, png']!.steps), 'ms'),
      ...(photo
        ? [
            atMost(
              'step 512 → 128, photograph',
              8,
              median(stages['photo512.jpg, png']!.steps),
              'ms',
            ),
          ]
        : []),
    ],
    notes: [
      `sharp uses ${whole.threads} thread(s) for each picture, its default here; a Worker has one`,
      'IPX lets libjpeg decode at a fraction of the size (1/4 or 1/8), resamples gamma-coded values, and reads its file from disk; Tessera gets the file as the body of the request, decodes it at a fraction that keeps detail (1/2 or 1/4), and resamples linear light',
      ...(photo ? [] : [NO_PHOTOGRAPHS]),
    ],
  };
}

async function stagesOf(
  runtime: Runtime,
  names: string[],
  { rounds }: Effort,
): Promise<Record<string, Stages>> {
  const plans = names.flatMap((file) =>
    formats.map((format) => [
      `${file}, ${format}`,
      { plan: 'w=128', file, format, repeat: rounds(5) },
    ]),
  );
  return sampleStages(runtime, rounds(9), Object.fromEntries(plans));
}

/** Times from decoded bytes to linear light in the new size. */
async function alternativesOf(runtime: Runtime, { rounds, first }: Effort): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { size, to } of first(1, shrinks)) {
    const shrink = (way: Way) => async () =>
      (await runtime.measure<{ ms: number }>('shrink', { way, file: `${size}.jpg`, to })).ms;
    const title = `Ways to shrink ${size} → ${to} inside workerd`;
    const samples = await interleave(
      rounds(15),
      Object.fromEntries(ways.map((way) => [way, shrink(way)])),
    );
    tables.push(mediansTable(title, 'ms', samples, 'step'));
  }
  return tables;
}

async function qualities(runtime: Runtime, { first }: Effort): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const { size, to } of first(1, shrinks)) {
    for (const way of ways) {
      const { aliasing, kept } = await runtime.measure<Quality>('quality', { way, size, to });
      rows.push([
        `${size} → ${to}, ${way}`,
        `${(100 * aliasing).toFixed(1)} %`,
        `${(100 * kept).toFixed(1)} %`,
      ]);
    }
  }
  return {
    title:
      'What is left of frequencies: a zone plate beyond the result’s Nyquist frequency (should be 0), a grating at half of it (should be 100)',
    columns: ['', 'aliasing', 'kept'],
    rows,
  };
}

function wholeRequests(
  files: Record<string, Uint8Array>,
  sizes: readonly number[],
  rounds: number,
): Promise<{ tables: Table[]; threads: number }> {
  return withServices(files, async ({ worker, ipx, threads, roundTrips }) => {
    const idle = await roundTrips(rounds);
    const tables = [mediansTable('Round trip without work', 'ms', idle)];
    for (const size of sizes) {
      for (const format of formats) {
        const samples = await interleave(rounds, {
          IPX: () => ipx(`w_128,f_${format}${format === 'png' ? '' : ',q_85'}/${size}.jpg`),
          Tessera: () => worker(`w=128/f=${format}`, `${size}.jpg`),
        });
        const title = `Whole request, ${size}×${size} JPEG to 128 px ${format}`;
        tables.push(mediansTable(title, 'ms', samples, 'IPX'));
      }
    }
    return { tables, threads };
  });
}
