// Tests of hostile files with the bundled Worker: each gives a picture or a listed code within a limit of processor time, and leaves nothing behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resident } from '../../../bench/measure/resident.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { corpusServed, metricsOf, runtimePids, tryFile } from '../fuzz/try-file.ts';
import { type HostileServer, startHostileServer } from '../hostile-server.ts';
import { type Verdict, verdictTable } from '../judge-answer.ts';
import { processorMs } from '../processor-time.ts';
import { makeCorpus, makeSound } from './corpus.ts';

/** Most processor time for an answer, in milliseconds. */
const MAX_CPU_MS = 3000;
/** Most for half of the answers. */
const MEDIAN_CPU_MS = 100;
/** Most bytes above the process' size after every codec has started: an isolate has 128 MB, and V8 frees late. */
const MAX_GROWTH_BYTES = 400 * 2 ** 20;

export type Way = 'upload' | 'source';

/** Declares tests of all files for a way of sending them; prints a table of outcomes. */
export async function checkCorpus(way: Way): Promise<void> {
  const codecs = await loadCodecs();
  const corpus = await makeCorpus(codecs);
  const verdicts: (Verdict & { cpuMs: number })[] = [];
  let worker: BundledWorker;
  let server: HostileServer;
  let pids: number[];
  let before: number;
  /** Milliseconds of processor time, the least first. */
  const costs = (): number[] => verdicts.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);

  beforeAll(async () => {
    const { jpeg } = await makeSound(codecs);
    server = await startHostileServer({ picture: jpeg, files: corpusServed(corpus) });
    worker = await startBundledWorker({
      ALLOWED_SOURCES: `${server.origin}/`,
      ALLOW_PRIVATE_SOURCES: 'true',
      RATE_LIMIT: 'off',
    });
    for (const file of corpus.filter(({ name }) => name.includes('1×1')))
      await tryFile(worker, file);
    pids = runtimePids();
    before = resident(pids, 'VmRSS');
  });

  afterAll(async () => {
    const times = costs();
    console.log(verdictTable(verdicts));
    console.log(
      `${times.length} answers, the dearest for ${times.at(-1)} ms of processor time, half of them for at most ${times[times.length >> 1]} ms`,
    );
    await Promise.all([worker?.close(), server?.close()]);
  });

  const named = corpus.map((file) => [`${file.group}: ${file.name}`, file] as const);

  describe(`as ${way}`, () => {
    it.each(named)('%s', async (_, file) => {
      const cpuBefore = processorMs(pids);
      const verdict = await tryFile(
        worker,
        file,
        way === 'source' ? { origin: server.origin } : {},
      );
      const cpuMs = processorMs(pids) - cpuBefore;
      verdicts.push({ ...verdict, cpuMs, group: `${way} ${verdict.group}` });
      expect(file.may).toContain(verdict.outcome);
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
    });
  });

  describe('afterwards', () => {
    it('the Worker works, and holds nothing', async () => {
      const health = await worker.fetch('/health');
      expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
      const names = ['tessera_in_flight', 'tessera_queue', 'tessera_lost_total'];
      await expect.poll(() => metricsOf(worker, names), { timeout: 10_000 }).toEqual([0, 0, 0]);
    });

    it('half of the answers cost little', () => {
      const times = costs();
      expect(times[times.length >> 1]).toBeLessThan(MEDIAN_CPU_MS);
    });

    it('no connection to the source is left open', async () => {
      await expect.poll(server.open, { timeout: 10_000 }).toBe(0);
    });

    it.skipIf(process.platform !== 'linux')('the process has not grown', () => {
      expect(pids.length).toBeGreaterThan(0);
      expect(resident(pids, 'VmRSS') - before).toBeLessThan(MAX_GROWTH_BYTES);
    });
  });
}
