// The predicted cost of plans against what they take, and the constants that would fit.
import type { Format } from '../../src/codecs/codec.ts';
import type { CodecSample, RenderOptions } from '../inside/render.ts';
import { interleave } from '../interleave.ts';
import { generated, NO_PHOTOGRAPH, photograph } from '../pictures.ts';
import { median, type Outcome, rounded, type Table } from '../report.ts';
import { type Runtime, withRuntime } from '../runtime.ts';
import { type Stages, sampleStages, stageSamples } from '../stages.ts';

const sizes = [256, 512, 1024] as const;
const far = 'hybrid,far=asset:far.jpg';

const plans: [plan: string, size: number | 'photo', format: Format][] = [
  ['q=85', 512, 'webp'],
  ['w=128', 512, 'webp'],
  ['w=128', 1024, 'webp'],
  ['w=512', 1024, 'jpeg'],
  ['w=1024,fit=contain', 512, 'jpeg'],
  ['w=256,h=192,fit=cover', 1024, 'png'],
  ['pixelate,block=16', 256, 'png'],
  ['pixelate,block=16', 512, 'png'],
  ['pixelate,block=16', 1024, 'webp'],
  ['pixelate,columns=64,upscale=false', 512, 'png'],
  ['w=128,h=96,fit=cover/pixelate,block=8', 512, 'png'],
  [far, 256, 'webp'],
  [far, 512, 'webp'],
  ['hybrid,far=asset:large.jpg', 512, 'webp'],
  [far, 'photo', 'jpeg'],
  [far, 1024, 'jpeg'],
  [`${far},cutoff=64`, 512, 'webp'],
  [`${far},mode=frequency`, 512, 'webp'],
  [`${far},mode=reference,steps=10`, 256, 'webp'],
  [`${far},mode=reference,steps=10`, 512, 'webp'],
];

export const cost = (rounds: (n: number) => number): Promise<Outcome> =>
  withRuntime(async (runtime) => {
    const photo = await photograph();
    for (const size of sizes) {
      const { jpeg, png, webp } = await generated({ width: size, height: size });
      for (const [format, bytes] of Object.entries({ jpeg, png, webp }))
        await runtime.put(`${size}.${format}`, bytes);
    }
    for (const [format, bytes] of Object.entries(photo ?? {}))
      await runtime.put(`photo.${format}`, bytes);
    const asked = plans.filter(([, size]) => photo || size !== 'photo');
    const options = Object.fromEntries(
      asked.map(([plan, size, format]) => [
        `${plan}, ${size} → ${format}`,
        {
          plan: `${plan}/f=${format}`,
          file: `${size}.jpeg`,
          further: further(plan, size),
          format,
          repeat: plan.startsWith('hybrid') ? 1 : 4,
        } satisfies RenderOptions,
      ]),
    );
    const { stages, predicted } = await sampleStages(runtime, rounds(7), options);
    const codecs = await codecTable(runtime, rounds(9), photo ? [...sizes, 'photo'] : [...sizes]);
    return {
      tables: [comparison(stages, predicted), codecs.table],
      targets: [],
      notes: [
        'JPEG in; `far.jpg` has the size of the main picture, `large.jpg` is 1024×1024 and has to be resampled',
        ...(photo ? [] : [NO_PHOTOGRAPH]),
      ],
      samples: { ...stageSamples(stages), ...codecs.samples },
    };
  });

const further = (plan: string, size: number | 'photo'): Record<string, string> =>
  plan.startsWith('hybrid')
    ? { 'asset:far.jpg': `${size}.jpeg`, 'asset:large.jpg': '1024.jpeg' }
    : {};

type Predicted = Awaited<ReturnType<typeof sampleStages>>['predicted'];

function comparison(stages: Record<string, Stages>, predicted: Predicted): Table {
  return {
    title: 'Predicted against measured, ms',
    columns: [
      'plan',
      'predicted',
      'measured',
      'predicted / measured',
      'steps predicted',
      'steps measured',
      'ratio',
    ],
    rows: Object.entries(stages).map(([name, s]) => {
      const { ms, stepMs } = predicted[name] as Predicted[string];
      const steps = stepMs.reduce((a, b) => a + b, 0);
      const [total, measured] = [median(s.total), median(s.steps)];
      const ratio = measured > 0.1 ? rounded(steps / measured) : '';
      return [
        name,
        rounded(ms),
        rounded(total),
        rounded(ms / total),
        rounded(steps),
        rounded(measured),
        ratio,
      ];
    }),
  };
}

async function codecTable(runtime: Runtime, rounds: number, names: (number | 'photo')[]) {
  const rows: (string | number)[][] = [];
  const samples: Record<string, number[]> = {};
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    for (const name of names) {
      const encode: number[] = [];
      let pixels = 1;
      const { decode = [] } = await interleave(rounds, {
        decode: async () => {
          const sample = await runtime.measure<CodecSample>('codec', {
            file: `${name}.${format}`,
            format,
            repeat: 4,
          });
          encode.push(sample.encode);
          pixels = sample.pixels;
          return sample.decode;
        },
      });
      const kept = encode.slice(-rounds);
      const ns = (ms: number[]): number => rounded((1e6 * median(ms)) / pixels);
      rows.push([
        `${format}, ${name}`,
        ns(decode),
        ns(kept),
        rounded(median(decode)),
        rounded(median(kept)),
      ]);
      samples[`${format}, ${name}: decode`] = decode;
      samples[`${format}, ${name}: encode`] = kept;
    }
  }
  const columns = ['', 'decode ns/pixel', 'encode ns/pixel', 'decode ms', 'encode ms'];
  return { table: { title: 'Codecs (quality 85)', columns, rows } satisfies Table, samples };
}
