// Tests of hostile files with the bundled Worker: each gives a picture or a listed code within a time limit, and leaves nothing behind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resident } from '../../../bench/measure/resident.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { corpusServed, metricsOf, runtimePids, tryFile } from '../fuzz/try-file.ts';
import { type HostileServer, startHostileServer } from '../hostile-server.ts';
import { type Verdict, verdictTable } from '../judge-answer.ts';
import { makeCorpus, makeSound } from './corpus.ts';

/** Longest time of an answer, in milliseconds: about one second alone, and six beside other files of tests on two cores. */
const MAX_MS = 6000;
const MEDIAN_MS = 200;
/** Most bytes above the process' size after every codec has started: an isolate has 128 MB, and V8 frees late. */
const MAX_GROWTH_BYTES = 400 * 2 ** 20;

export type Way = 'upload' | 'source';

/** Declares tests of all files for a way of sending them; prints a table of outcomes. */
export async function checkCorpus(way: Way): Promise<void> {
  const codecs = await loadCodecs();
  const corpus = await makeCorpus(codecs);
  const verdicts: Verdict[] = [];
  let worker: BundledWorker;
  let server: HostileServer;
  let pids: number[];
  let before: number;

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
  }, 60_000);

  afterAll(async () => {
    const times = verdicts.map(({ ms }) => ms).sort((a, b) => a - b);
    console.log(verdictTable(verdicts));
    console.log(
      `${times.length} answers, the slowest after ${times.at(-1)?.toFixed(0)} ms, half of them within ${times[times.length >> 1]?.toFixed(0)} ms`,
    );
    await Promise.all([worker?.close(), server?.close()]);
  });

  const named = corpus.map((file) => [`${file.group}: ${file.name}`, file] as const);

  describe(`as ${way}`, () => {
    it.each(named)('%s', async (_, file) => {
      const verdict = await tryFile(
        worker,
        file,
        way === 'source' ? { origin: server.origin } : {},
      );
      verdicts.push({ ...verdict, group: `${way} ${verdict.group}` });
      expect(file.may).toContain(verdict.outcome);
      expect(verdict.ms).toBeLessThan(MAX_MS);
    });
  });

  describe('afterwards', () => {
    it('the Worker works, and holds nothing', async () => {
      const health = await worker.fetch('/health');
      expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
      const names = ['tessera_in_flight', 'tessera_queue', 'tessera_lost_total'];
      await expect.poll(() => metricsOf(worker, names), { timeout: 10_000 }).toEqual([0, 0, 0]);
    });

    it('half of the answers came quickly', () => {
      const times = verdicts.map(({ ms }) => ms).sort((a, b) => a - b);
      expect(times[times.length >> 1]).toBeLessThan(MEDIAN_MS);
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
