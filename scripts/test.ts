// `npm test`: every suite but the slow ones, the ten slowest files, what this machine cannot run, and a closing line with the counts.
// Long optimisations, the page in a browser, processes that are killed, hostile files and deployments take minutes: they run with `npm run
// test:slow`, `test:browser`, `test:faults`, `test:hostile`, `test:deploy` and `test:adopters`. With `REQUIRE_ALL=1` everything runs, and what cannot run is a failure.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedFile } from './adopters.ts';
import { helpIfAsked } from './command-line.ts';
import { ensureGlue } from './glue.ts';
import { type FileTime, REPORT_FILE, type Report } from './test/reporter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites that only run when they are asked for. */
const slowSuites = ['slow*', 'browser', 'faults', 'hostile', 'deploy', 'adopters'];
const SLOWEST_FILES = 10;

/** What some tests need from the machine. */
const needs = [
  {
    name: 'the page in a browser (chromium is not installed)',
    met: existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'),
  },
  {
    name: 'the client in frameworks (npm run test:adopters installs them)',
    met: existsSync(installedFile),
  },
];

const without = (names: readonly string[]): string[] =>
  names.flatMap((name) => ['--project', `!${name}`]);

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

function printSlowest(files: readonly FileTime[]): void {
  console.log('slowest files:');
  for (const { file, project, ms } of files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST_FILES))
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file} (${project})`);
}

/** Seconds of each project's files; files run at the same time, so the sum is more than the whole run took. */
function printProjects(files: readonly FileTime[]): void {
  const seconds = new Map<string, number>();
  for (const { project, ms } of files)
    seconds.set(project, (seconds.get(project) ?? 0) + ms / 1000);
  const texts = [...seconds].map(([project, sum]) => `${project} ${sum.toFixed(0)} s`);
  console.log(`all files of a project: ${texts.join(', ')}`);
}

helpIfAsked(`usage: npm test -- [files and options of Vitest]
  --project <name>  one suite alone
REQUIRE_ALL=1 npm test runs the slow suites too, and what cannot run here is a failure.`);
const args = process.argv.slice(2);
const all = process.env.REQUIRE_ALL === '1';
const folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
try {
  await ensureGlue();
  const chosen = all || args.includes('--project') ? args : [...without(slowSuites), ...args];
  const { files, ...counts } = await reportOf(chosen, join(folder, 'report.json'));
  printSlowest(files);
  printProjects(files);
  const missing = needs.filter(({ met }) => !met);
  for (const { name } of missing) console.log(`not run here: ${name}`);
  if (counts.skipped > 0) console.log(`skipped: ${counts.skipped}`);
  const failed = counts.failed + (all ? missing.length : 0);
  console.log(`${counts.passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
