// `npm test`: every suite but the slow ones, the ten slowest files, what this machine cannot run, and a closing line with the counts.
// Long optimisations, the page in a browser, processes that are killed and hostile files take minutes: they run with `npm run test:slow`,
// `test:browser`, `test:faults` and `test:hostile`. With `REQUIRE_ALL=1` everything runs, and what cannot run is a failure.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGlue } from './glue.ts';
import { REPORT_FILE, type Report } from './test/reporter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites that only run when they are asked for, one after the other: some of them kill processes, and want the machine for themselves. */
const slowSuites = ['slow*', 'browser', 'faults', 'hostile'];
const SLOWEST_FILES = 10;

/** What some tests need from the machine. */
const needs = [
  {
    name: 'the page in a browser (chromium is not installed)',
    met: existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'),
  },
];

const projects = (names: readonly string[]): string[] =>
  names.flatMap((name) => ['--project', name]);

/** The arguments of each run of Vitest. */
function runsOf(args: string[], all: boolean): string[][] {
  if (args.includes('--project')) return [args];
  const quick = [...projects(slowSuites.map((name) => `!${name}`)), ...args];
  return all && args.length === 0
    ? [quick, ...slowSuites.map((name) => projects([name]))]
    : [quick];
}

async function runVitest(args: string[], reportFile: string): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['default', join(root, 'scripts/test/reporter.ts')];
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...reporters.map((name) => `--reporter=${name}`), ...args],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        [REPORT_FILE]: reportFile,
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_SEND_METRICS: 'false',
      },
    },
  );
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

/** Runs Vitest; a run that ends badly or without a single test has at least one failure. */
async function reportOf(args: string[], reportFile: string): Promise<Report> {
  const code = await runVitest(args, reportFile);
  const report: Report = existsSync(reportFile)
    ? JSON.parse(await readFile(reportFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0, files: [] };
  const bad = code !== 0 || report.passed === 0;
  return bad ? { ...report, failed: Math.max(1, report.failed) } : report;
}

function printSlowest(reports: readonly Report[]): void {
  const files = reports.flatMap((report) => report.files).sort((a, b) => b.ms - a.ms);
  console.log('slowest files:');
  for (const { file, project, ms } of files.slice(0, SLOWEST_FILES)) {
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file} (${project})`);
  }
}

const args = process.argv.slice(2);
const all = process.env.REQUIRE_ALL === '1';
const folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
try {
  await buildGlue();
  const reports: Report[] = [];
  for (const [i, run] of runsOf(args, all).entries()) {
    reports.push(await reportOf(run, join(folder, `report-${i}.json`)));
  }
  printSlowest(reports);
  const missing = needs.filter(({ met }) => !met);
  for (const { name } of missing) console.log(`not run here: ${name}`);
  const sum = (count: 'passed' | 'failed' | 'skipped') =>
    reports.reduce((total, report) => total + report[count], 0);
  if (sum('skipped') > 0) console.log(`skipped: ${sum('skipped')}`);
  const failed = sum('failed') + (all ? missing.length : 0);
  console.log(`${sum('passed')} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
