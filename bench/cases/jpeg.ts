// JPEG decoding to 1/8, 1/4 and 1/2 inside workerd: our module against TurboJPEG.
import type { Scale } from '../../src/codecs/jpeg/scaled/scaled.ts';
import type { Decoder } from '../inside/jpeg.ts';
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { atMost, median, type Outcome, rounded, type Target } from '../measure/report.ts';
import { type Runtime, withRuntime } from '../measure/runtime.ts';
import { largePhoto } from '../pictures/photos.ts';

const SIZE = { width: 4000, height: 3000 };
const QUICK_SIZE = { width: 800, height: 600 };
const kinds = [
  { name: '4:2:0', file: '420.jpg', options: {}, scales: [8, 4, 2] },
  { name: '4:4:4', file: '444.jpg', options: { chromaSubsampling: '4:4:4' }, scales: [8, 4, 2] },
  {
    name: '4:2:0, progressive',
    file: 'progressive.jpg',
    options: { progressive: true },
    scales: [8],
  },
] as const;
const decoders: readonly Decoder[] = ['ours', 'TurboJPEG'];
/** Largest ratios to TurboJPEG that are aimed at, by scale. */
const targetRatios: Record<Scale, number> = { 8: 0.35, 4: 0.42, 2: 0.37 };

/** Milliseconds of decoding a stored file at a scale, with both decoders in turn. */
async function decodings(
  runtime: Runtime,
  { file, scale, rounds }: { file: string; scale: Scale; rounds: number },
): Promise<{ ours: number[]; turbo: number[] }> {
  const decode = (decoder: Decoder) => async () =>
    (await runtime.measure<{ ms: number }>('decodeScaled', { file, scale, decoder })).ms;
  const samples = await interleave(
    rounds,
    Object.fromEntries(decoders.map((decoder) => [decoder, decode(decoder)])),
  );
  return { ours: samples.ours!, turbo: samples.TurboJPEG! };
}

/** Decoding the progressive file at 1/8: milliseconds, relative to TurboJPEG. */
export const progressiveRatios = ({
  rounds,
  quick,
}: Effort): Promise<{ median: number; min: number }> =>
  withRuntime(async (runtime) => {
    const file = 'progressive.jpg';
    const { width, height } = quick ? QUICK_SIZE : SIZE;
    await runtime.put(file, await largePhoto(width, height, { progressive: true }));
    const { ours, turbo } = await decodings(runtime, { file, scale: 8, rounds: rounds(15) });
    return {
      median: median(ours) / median(turbo),
      min: Math.min(...ours) / Math.min(...turbo),
    };
  });

export async function jpeg({ rounds, first, quick }: Effort): Promise<Outcome> {
  const { width, height } = quick ? QUICK_SIZE : SIZE;
  const rows: (string | number)[][] = [];
  const targets: Target[] = [];
  await withRuntime(async (runtime) => {
    for (const { name, file, options, scales } of first(1, kinds)) {
      await runtime.put(file, await largePhoto(width, height, options));
      for (const scale of first<Scale>(1, scales)) {
        const { ours, turbo } = await decodings(runtime, { file, scale, rounds: rounds(15) });
        const ratio = Math.min(...ours) / Math.min(...turbo);
        rows.push([
          `${name}, 1/${scale}`,
          rounded(median(ours)),
          rounded(Math.min(...ours)),
          rounded(median(turbo)),
          rounded(Math.min(...turbo)),
          rounded(ratio),
        ]);
        if (name === '4:2:0')
          targets.push(atMost(`ratio of minima at 1/${scale}`, targetRatios[scale], ratio, ''));
      }
    }
  });
  return {
    tables: [
      {
        title: '12 megapixels decoded inside workerd',
        columns: ['', 'ours, ms', 'min', 'TurboJPEG, ms', 'min', 'ratio of minima'],
        rows,
      },
    ],
    targets: quick ? [] : targets,
    notes: ['both read the headers of the file; TurboJPEG takes the whole file in one call'],
  };
}
