// Peak memory of single requests, each in a fresh workerd: WASM heaps and the resident memory of the process.
import type { Format } from '../../src/codecs/codec.ts';
import type { Heaps } from '../inside/engine.ts';
import type { CodecSample, RenderSample } from '../inside/render.ts';
import { type Encoded, generated } from '../pictures.ts';
import { atMost, type Outcome, rounded } from '../report.ts';
import { withRuntime } from '../runtime.ts';

const MIB = 2 ** 20;
const ISOLATE_MIB = 128;

type Peak = { heaps: Heaps; predicted?: number; resident: number | undefined };

export async function memory(): Promise<Outcome> {
  const pictures = new Map<number, Encoded>();
  for (const size of [512, 1024])
    pictures.set(size, await generated({ width: size, height: size }));
  const file = (size: number, format: Format = 'jpeg') =>
    pictures.get(size)?.[format as 'jpeg'] as Uint8Array;

  const idle = await peakOf({}, [['nothing', {}]]);
  const rows: (string | number)[][] = [];
  const samples: Record<string, number[]> = {};
  const heapsOf: Record<string, number> = {};
  const note = (name: string, { heaps, predicted, resident }: Peak): void => {
    const above =
      resident === undefined || idle.resident === undefined ? undefined : resident - idle.resident;
    const mib = (bytes: number | undefined): number | string =>
      bytes === undefined ? 'n/a' : rounded(bytes / MIB);
    rows.push([name, ...[heaps.tensors, heaps.codecs, above, resident, predicted].map(mib)]);
    samples[name] = [heaps.tensors, heaps.codecs, resident ?? 0, predicted ?? 0];
    heapsOf[name] = (heaps.tensors + heaps.codecs) / MIB;
  };
  note('nothing', idle);

  const far = 'hybrid,far=asset:far.jpg';
  for (const [name, plan, size] of [
    ['hybrid, defaults, 512', far, 512],
    ['hybrid, reference, 10 steps, 512', `${far},mode=reference,steps=10`, 512],
    ['pixelate,block=16, 512', 'pixelate,block=16', 512],
    ['w=128 from 1024', 'w=128', 1024],
  ] as const) {
    const files = { 'near.jpg': file(size), 'far.jpg': file(size) };
    const further = plan.startsWith('hybrid') ? { 'asset:far.jpg': 'far.jpg' } : {};
    note(
      name,
      await peakOf(files, [['render', { plan, file: 'near.jpg', further, format: 'webp' }]]),
    );
  }
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    for (const size of [512, 1024]) {
      const name = `picture.${format}`;
      const peak = await peakOf({ [name]: file(size, format) }, [
        ['codec', { file: name, format }],
      ]);
      note(`${format} decoded and encoded, ${size}`, peak);
    }
  }
  const all = { 'a.jpeg': file(512), 'a.png': file(512, 'png'), 'a.webp': file(512, 'webp') };
  const everything: [string, object][] = (['jpeg', 'png', 'webp'] as const).map((format) => [
    'codec',
    { file: `a.${format}`, format },
  ]);
  const further = { 'asset:far.jpg': 'a.jpeg' };
  everything.push(['render', { plan: far, file: 'a.jpeg', further, format: 'webp' }]);
  note('one isolate after hybrid and all codecs, 512', await peakOf(all, everything));
  return {
    tables: [
      {
        title: 'Peak memory of one request in a fresh process, MiB',
        columns: ['', 'tf.js heap', 'codec heaps', 'resident above idle', 'resident', 'predicted'],
        rows,
      },
    ],
    targets: ['hybrid, defaults, 512', 'hybrid, reference, 10 steps, 512'].map((name) =>
      atMost(`WASM heaps, ${name}`, ISOLATE_MIB, heapsOf[name] as number, 'MiB'),
    ),
    notes: [
      'resident memory counts the whole workerd process, which keeps garbage that an isolate under pressure would collect; the WASM heaps and the predicted bytes are what counts towards the 128 MB of an isolate',
      'the predicted bytes are those of pixels, tensors and codec heaps that live at the same time',
    ],
    samples,
  };
}

/** The heaps after the last of the measurements, all of them in one fresh process. */
function peakOf(
  files: Record<string, Uint8Array>,
  measurements: [name: string, options: object][],
): Promise<Peak> {
  return withRuntime(async (runtime) => {
    for (const [name, bytes] of Object.entries(files)) await runtime.put(name, bytes);
    let sample: (CodecSample & Partial<RenderSample>) | undefined;
    for (const [name, options] of measurements) sample = await runtime.measure(name, options);
    const predicted = sample?.predicted?.bytes;
    return {
      heaps: sample?.heaps ?? { tensors: 0, codecs: 0 },
      resident: runtime.peakResident(),
      ...(predicted !== undefined && { predicted }),
    };
  });
}
