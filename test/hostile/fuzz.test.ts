// Every parser with randomly changed inputs: none crashes, hangs, or throws an undocumented error.
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { fileTargets } from './fuzz/files.ts';
import { type FuzzTarget, printReport, runFuzz } from './fuzz/fuzz.ts';
import { requestTargets } from './fuzz/requests.ts';
import { textTargets } from './fuzz/texts.ts';

// `npm run fuzz` runs other seeds for as long as one likes.
const SEED = 1;
const ROUNDS = 1000;
/** Rounds for files, of which some are decoded whole. */
const FILE_ROUNDS = 400;
/** Rounds for whole requests and pictures, which take longer than texts. */
const SLOW_ROUNDS = 150;

const codecs = await loadCodecs();

describe.each<[string, () => FuzzTarget[] | Promise<FuzzTarget[]>, number]>([
  ['files', () => fileTargets(codecs), FILE_ROUNDS],
  ['texts', textTargets, ROUNDS],
  ['requests', () => requestTargets(codecs), SLOW_ROUNDS],
])('%s', (_, make, rounds) => {
  let targets: FuzzTarget[];
  beforeAll(async () => {
    targets = await make();
  });

  it('are accepted, or refused as documented, within a second', { timeout: 300_000 }, async () => {
    const report = await runFuzz(targets, { seed: SEED, rounds });
    printReport(report, SEED);
    expect(report.findings.map(({ target, round, problem }) => [target, round, problem])).toEqual(
      [],
    );
    // If all mutations were refused, they would test nothing.
    for (const row of report.rows) expect(row.refused).toBeLessThan(rounds);
  });
});
