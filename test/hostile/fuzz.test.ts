// Every parser, handed inputs that chance has changed: none crashes, hangs, or throws what it does not document.
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { fileTargets } from './fuzz/files.ts';
import { type FuzzTarget, printReport, runFuzz } from './fuzz/fuzz.ts';
import { requestTargets } from './fuzz/requests.ts';
import { textTargets } from './fuzz/texts.ts';

const SEED = 1;
const ROUNDS = 3000;
/** Whole requests and pictures take longer than a line of text. */
const SLOW_ROUNDS = 500;

const codecs = await loadCodecs();

describe.each<[string, () => FuzzTarget[] | Promise<FuzzTarget[]>, number]>([
  ['files', () => fileTargets(codecs), ROUNDS],
  ['texts', textTargets, ROUNDS],
  ['requests', () => requestTargets(codecs), SLOW_ROUNDS],
])('%s', (_, make, rounds) => {
  let targets: FuzzTarget[];
  beforeAll(async () => {
    targets = await make();
  });

  it('are taken, or refused as documented, within a second', { timeout: 300_000 }, async () => {
    const report = await runFuzz(targets, { seed: SEED, rounds });
    printReport(report, SEED);
    expect(report.findings.map(({ target, round, problem }) => [target, round, problem])).toEqual(
      [],
    );
    // Mutations that all are refused at the door would test nothing.
    for (const row of report.rows) expect(row.refused).toBeLessThan(rounds);
  });
});
