// Typical requests with their predicted and their measured CPU time.
import { fileName, makeFile } from '../../scripts/calibrate/files.ts';
import type { OutputFormat } from '../../src/codecs/codec.ts';
import { priceOf } from '../../src/cost/rates.ts';
import { largePhoto } from '../pictures/photos.ts';
import type { StageOptions, StageReady } from '../stages/stage-sample.ts';
import { withBilled } from './billed.ts';
import type { Effort } from './effort.ts';
import { withRuntime } from './runtime.ts';

/** A request with its predicted and its measured milliseconds of CPU. */
export type Bill = { name: string; predicted: number; cpuMs: number };

type Asked = { what: string; plan: string; file: string; format: OutputFormat };

const requests: Asked[] = [
  { what: 'thumbnail', plan: 'w=320,f=webp', file: 'phone', format: 'webp' },
  { what: 'thumbnail', plan: 'w=320,f=avif', file: 'phone', format: 'avif' },
  { what: 'thumbnail', plan: 'w=320,f=jpeg', file: 'phone', format: 'jpeg' },
  {
    what: 'avatar',
    plan: 'w=96,h=96,dpr=2,fit=cover,gravity=auto,f=webp',
    file: 'phone',
    format: 'webp',
  },
  { what: 'hero', plan: 'w=1600,f=webp', file: 'phone', format: 'webp' },
  { what: 'sharpened', plan: 'w=800,sharpen=1,f=jpeg', file: 'phone', format: 'jpeg' },
  { what: 'pixelation', plan: 'w=640/pixelate,block=10/f=webp', file: 'phone', format: 'webp' },
  { what: 'hybrid', plan: 'w=512/hybrid,far=asset:bust.jpg/f=webp', file: 'chess', format: 'webp' },
  { what: 'BlurHash', plan: 'f=blurhash', file: 'phone', format: 'webp' },
  { what: 'blurred placeholder', plan: 'w=40,blur=3,f=webp', file: 'phone', format: 'webp' },
  { what: 'conversion', plan: 'f=webp', file: 'png', format: 'webp' },
];

const chess = { sample: 'chess', kind: 'jpeg' } as const;
const bust = { sample: 'bust', kind: 'jpeg', width: 768, height: 768 } as const;

export async function billedRequests({ quick, rounds }: Effort): Promise<Bill[]> {
  // The large photo takes seconds to make.
  const asked = requests.filter(({ file }) => !quick || file !== 'phone');
  const files: Record<string, { name: string; bytes: Uint8Array; type: string }> = {
    ...(!quick && {
      phone: { name: '12 MP JPEG', bytes: await largePhoto(4032, 3024), type: 'image/jpeg' },
    }),
    chess: {
      name: '0.6 MP JPEG',
      bytes: await makeFile({ ...chess, width: 768, height: 768 }),
      type: 'image/jpeg',
    },
    png: {
      name: '0.5 MP PNG',
      bytes: await makeFile({ sample: 'painting', kind: 'png', width: 800, height: 600 }),
      type: 'image/png',
    },
  };
  const predicted = await withRuntime(async ({ put, measure }) => {
    for (const [name, { bytes }] of Object.entries(files)) await put(name, bytes);
    await put(fileName(bust), await makeFile(bust));
    const found: number[] = [];
    for (const { plan, file, format } of asked) {
      const further = { 'asset:bust.jpg': fileName(bust) };
      const options: StageOptions = { stage: 'decode', plan, file, further, format };
      found.push(priceOf((await measure<StageReady>('readyStage', options)).request));
    }
    return found;
  });
  return withBilled(async ({ billed }) => {
    const bills: Bill[] = [];
    for (const [i, { what, plan, file }] of asked.entries()) {
      const { name, bytes: body, type } = files[file]!;
      const cpuMs = await billed({ plan, body, type }, rounds(9));
      bills.push({ name: `${what}, ${name}: \`${plan}\``, predicted: predicted[i]!, cpuMs });
    }
    return bills;
  });
}
