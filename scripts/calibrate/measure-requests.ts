// Measures whole requests to the Worker as deployed, to find the cost of a request without pixels.
import { withBilled } from '../../bench/measure/billed.ts';
import { withRuntime } from '../../bench/measure/runtime.ts';
import type { StageOptions, StageReady } from '../../bench/stages/stage-sample.ts';
import type { OutputFormat } from '../../src/codecs/codec.ts';
import { type FileSpec, fileName, makeFile } from './files.ts';
import type { Sample } from './fit-rates.ts';

const TIMES = 60;

const requests: { plan: string; file: FileSpec; format: OutputFormat }[] = (
  [
    ['f=png', 'png', 'png'],
    ['w=8,f=png', 'png', 'png'],
    ['w=8,f=jpeg', 'jpeg', 'jpeg'],
    ['brightness=1.1,f=png', 'png', 'png'],
  ] as const
).map(([plan, kind, format]) => ({
  plan,
  file: { sample: 'bust', width: 16, height: 16, kind },
  format,
}));

/** The counted work and CPU milliseconds of requests for tiny pictures. */
export async function measureRequests(): Promise<Sample[]> {
  const works = await withRuntime(async ({ put, measure }) => {
    const found: StageReady['request'][] = [];
    for (const { plan, file, format } of requests) {
      await put(fileName(file), await makeFile(file));
      const options: StageOptions = { stage: 'decode', plan, file: fileName(file), format };
      found.push((await measure<StageReady>('readyStage', options)).request);
    }
    return found;
  });
  return withBilled(async ({ billed }) => {
    const samples: Sample[] = [];
    for (const [i, { plan, file }] of requests.entries()) {
      const body = await makeFile(file);
      const ms = await billed({ plan, body, type: `image/${file.kind}` }, TIMES);
      samples.push({ name: `request: ${plan}, ${fileName(file)}`, work: works[i] ?? {}, ms });
    }
    return samples;
  });
}
