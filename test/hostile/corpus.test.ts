// Every hostile file, uploaded to the service in this process: a picture or a listed code within a time limit, and nothing held afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHeaps } from '../../src/codecs/wasm/heaps.ts';
import { startProcessorWatch } from '../helpers/processor-time.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';
import { type CorpusFile, makeCorpus } from './corpus/corpus.ts';
import { isAllowed, outcomeOf, type Verdict, verdictTable } from './judge-answer.ts';

/** Most milliseconds of processor time for an answer. */
const MAX_CPU_MS = 2000;
/** Most milliseconds until an answer, with room for a shared machine. */
const MAX_MS = 10_000;
/** Bytes of WebAssembly memory of all codecs together that no file may exceed. */
const MAX_HEAP_BYTES = 128 * 2 ** 20;

const heaps = createHeaps();
const codecs = await loadCodecs(heaps);
const service = createInMemoryService({ codecs });
const corpus = await makeCorpus(codecs);
const verdicts: Verdict[] = [];

const upload = async (file: CorpusFile): Promise<Verdict & { cpuMs: number }> => {
  const bytes = file.make();
  const began = performance.now();
  const processorMs = startProcessorWatch();
  const response = await service.ask(`/t/w=64,f=${file.format ?? 'png'}`, {
    method: 'POST',
    body: bytes as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/x' },
  });
  const body = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  const ms = performance.now() - began;
  const cpuMs = processorMs();
  const outcome = outcomeOf(file, { status, headers, body });
  return { ...file, outcome, ms, cpuMs };
};

beforeAll(async () => {
  // The first files start the codecs.
  for (const file of corpus.filter(({ group }) => group === 'shapes').slice(0, 3))
    await upload(file);
});

afterAll(() => {
  if (process.env.HOSTILE_TABLE === '1') console.log(verdictTable(verdicts));
});

describe.each(['bombs', 'broken', 'disguise', 'shapes'] as const)('%s', (group) => {
  const files = corpus.filter((file) => file.group === group);
  it.each(files.map((file) => [file.name, file] as const))('%s', async (_, file) => {
    const verdict = await upload(file);
    verdicts.push(verdict);
    expect(file.may).toContain(verdict.outcome);
    expect(isAllowed(file, verdict.outcome)).toBe(true);
    expect(verdict.cpuMs).toBeLessThan(MAX_CPU_MS);
    expect(verdict.ms).toBeLessThan(MAX_MS);
    expect(service.heldBytes()).toBe(0);
    expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0 });
    const { small, large } = heaps.held();
    expect(small + large).toBeLessThan(MAX_HEAP_BYTES);
  });
});
