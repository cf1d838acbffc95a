// Photographs to 320 and 1600 px: whole requests against sharp with the same quality and effort, and what is left of a download if the
// picture is decoded meanwhile.
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { atMost, median, type Outcome, rounded } from '../measure/report.ts';
import { largePhoto } from '../pictures/photos.ts';
import { withServices } from '../rivals/services.ts';
import { arrivals } from '../stages/arrivals.ts';

const kinds = [
  { name: '1 MP → 320', width: 1152, height: 864, to: 320, most: 1.9 },
  { name: '12 MP → 1600', width: 4000, height: 3000, to: 1600, most: 1.3 },
] as const;
const TINY = 'tiny.jpg';
/** Our encoder's method; sharp's default is 4, which takes twice as long for smaller files. */
const EFFORT = 2;

/** Ratios to sharp of medians and of minima, by kind, with rows for a table. */
export async function photoRatios({ rounds, first }: Effort) {
  const files: Record<string, Uint8Array> = { [TINY]: await largePhoto(8, 8) };
  for (const { name, width, height } of first(1, kinds))
    files[name] = await largePhoto(width, height);
  const rows: (string | number)[][] = [];
  const ratios: { name: string; most: number; median: number; min: number }[] = [];
  await withServices(files, async ({ worker, ipx }) => {
    const byTessera = (to: number, file: string) => () => worker(`w=${to},f=webp`, file);
    const bySharp = (to: number, file: string) => () =>
      ipx(`webp?${new URLSearchParams({ file, w: String(to), effort: String(EFFORT) })}`);
    for (const { name, to, most } of first(1, kinds)) {
      const times = await interleave(rounds(15), {
        tessera: byTessera(to, name),
        sharp: bySharp(to, name),
        tesseraTiny: byTessera(8, TINY),
        sharpTiny: bySharp(8, TINY),
      });
      const net = (of: (samples: readonly number[]) => number, who: 'tessera' | 'sharp') =>
        of(times[who]!) - of(times[`${who}Tiny`]!);
      const least = (samples: readonly number[]) => Math.min(...samples);
      const ratio = (of: (samples: readonly number[]) => number): number =>
        net(of, 'tessera') / net(of, 'sharp');
      ratios.push({ name, most, median: ratio(median), min: ratio(least) });
      rows.push([
        name,
        rounded(net(median, 'tessera')),
        rounded(net(least, 'tessera')),
        rounded(net(median, 'sharp')),
        rounded(net(least, 'sharp')),
        rounded(ratio(median)),
        rounded(ratio(least)),
      ]);
    }
  });
  return { rows, ratios };
}

export async function photos(effort: Effort): Promise<Outcome> {
  const { rounds, quick } = effort;
  const { rows, ratios } = await effort.once('photos', () => photoRatios(effort));
  const slow = quick ? await largePhoto(800, 600) : await largePhoto(4000, 3000);
  const arriving = await arrivals(rounds(15), slow);
  return {
    tables: [
      {
        title: 'To WebP, ms per request above one of an 8×8 picture',
        columns: ['', 'Tessera', 'min', 'sharp', 'min', 'ratio', 'of minima'],
        rows,
      },
      arriving,
    ],
    targets: quick
      ? []
      : ratios.map(({ name, most, median }) => atMost(`${name}, against sharp`, most, median, '×')),
    notes: [
      'Tessera gets the file as the body of the request, sharp reads it from disk',
      `both encode WebP at quality 85 with effort ${EFFORT}`,
    ],
  };
}
