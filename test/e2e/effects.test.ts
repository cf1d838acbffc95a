// One specification for every effect: its documented examples come out of the bundled Worker, on WASM, as they do in Node on tf.js' cpu
// backend.
import '../helpers/cpu-backend.ts';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatOf, outputFormats } from '../../src/codecs/formats.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { isGpuOnly, modelsOf } from '../../src/plan/plan.ts';
import { maxDifference } from '../helpers/files/pictures.ts';
import { sharedWorker } from '../helpers/servers/shared-worker.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';

/** Levels of a byte: sums in another order may round otherwise. */
const TOLERANCE = 1;

const codecs = await loadCodecs();
const service = createInMemoryService({
  codecs,
  async asset(name) {
    const file = await readFile(new URL(`../../public/samples/${name}`, import.meta.url));
    return new Response(file, { headers: { ETag: `"${name}"` } });
  },
});
const worker = await sharedWorker();

/** Plans that need neither a model nor a GPU; the long reference mode has golden numbers for both backends instead. */
const runsAnywhere = ({ plan }: { plan: string }): boolean => {
  const parsed = parsePlan(plan.split('/'), effects);
  const long = parsed.steps.some(({ params }) => params.mode === 'reference');
  return modelsOf(parsed).length === 0 && !parsed.steps.some(isGpuOnly) && !long;
};

const examples = effects.flatMap((effect) => effect.examples.filter(runsAnywhere));

async function pictureOf(response: Response) {
  const mime = response.headers.get('content-type');
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([response.status, mime]).toEqual([200, expect.stringMatching(/^image\//)]);
  return codecs[outputFormats.find((name) => formatOf(name).mime === mime)!].decode(bytes);
}

describe('the bundled Worker and the cpu backend', () => {
  it.each(examples)('agree on $plan', async ({ plan, source }) => {
    const format = /(^|[,/])f=/.test(plan) ? '' : '/f=png';
    // Distances that are trimmed off are pixels of the whole source.
    const small = plan.startsWith('trim=') ? '' : 'w=96,h=72,fit=cover/';
    const path = `/t/${small}${plan}${format}/asset:${source}`;
    const init = { headers: { Accept: 'image/png' } };
    const got = await pictureOf(await worker.fetch(path, init));
    const expected = await pictureOf(await service.ask(path, init));
    expect(maxDifference(got, expected)).toBeLessThanOrEqual(TOLERANCE);
  });
});
