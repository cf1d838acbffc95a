// `npm test`: every suite but the slow ones, a list of what this machine cannot run, and one closing line with the counts. The page in a
// browser, processes that are killed and hostile files take minutes: they run with `npm run test:browser`, `npm run test:faults` and
// `npm run test:hostile`, and where `REQUIRE_ALL=1` asks for everything.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGlue } from './glue.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What some tests need from the machine; with `REQUIRE_ALL=1` a missing one is a failure. */
const needs = [
  {
    name: 'the page in a browser (chromium is not installed)',
    met: existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'),
  },
];

async function runVitest(args: string[], report: string): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [
      vitest,
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_SEND_METRICS: 'false' },
    },
  );
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

type Counts = { passed: number; failed: number };

async function countVitest(args: string[], report: string): Promise<Counts> {
  const code = await runVitest(args, report);
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numFailedTestSuites = 0,
  } = existsSync(report)
    ? (JSON.parse(await readFile(report, 'utf8')) as Record<string, number>)
    : {};
  // A file that does not load has no failed test of its own.
  const broken = code !== 0 && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
  const none = numPassedTests + numFailedTests + broken === 0 ? 1 : 0;
  return { passed: numPassedTests, failed: numFailedTests + broken + none };
}

const args = process.argv.slice(2);
const all = process.env.REQUIRE_ALL === '1';
const faults = ['--project', 'faults'];
const hostile = ['--project', 'hostile'];
const browser = ['--project', 'browser'];
const others = [
  ...['faults', 'hostile', 'browser'].flatMap((name) => ['--project', `!${name}`]),
  ...args,
];
const chosen = args.includes('--project') ? args : others;
// One after the other: processes that are killed at certain moments want the machine for themselves.
const runs = all && args.length === 0 ? [others, browser, faults, hostile] : [chosen];

const folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
try {
  await buildGlue();
  const counts: Counts[] = [];
  for (const [i, run] of runs.entries()) {
    counts.push(await countVitest(run, join(folder, `report-${i}.json`)));
  }
  const missing = needs.filter(({ met }) => !met);
  for (const { name } of missing) console.log(`not run here: ${name}`);
  const passed = counts.reduce((sum, run) => sum + run.passed, 0);
  const failed = counts.reduce((sum, run) => sum + run.failed, all ? missing.length : 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
