// `npm test`: every suite but the slow ones, the ten slowest files, what this machine cannot run, and a closing line with the counts.
// Long optimisations, the page in a browser, processes that are killed, hostile files and deployments take minutes: they run with `npm run
// test:slow`, `test:browser`, `test:faults`, `test:hostile`, `test:deploy` and `test:adopters`. With `REQUIRE_ALL=1` everything runs, and what cannot run is a failure.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { installedFile } from '../adopters.ts';
import { helpIfAsked } from '../command-line.ts';
import { ensureGlue } from '../glue.ts';
import { COMPUTING, SLOW, WAITING } from './projects.ts';
import type { Failure, FileTime, Report } from './reporter.ts';
import { runVitest } from './run-vitest.ts';

const SLOWEST_FILES = 10;

/** Characters of a failed test's message that are repeated at the end. */
const MESSAGE_LENGTH = 400;

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

const only = (names: readonly string[]): string[] => names.flatMap((name) => ['--project', name]);

/**
 * Runs whole projects in two Vitests at the same time, so that every core has work while files wait. In one Vitest a file of another
 * project would end the process that the computing files share, and the next one would evaluate all modules anew.
 */
async function runProjects(chosen: (name: string) => boolean, folder: string): Promise<Report> {
  const cores = availableParallelism();
  const [waiting, computing] = await Promise.all([
    // Two more than cores: these files mostly wait, and take longer together than those that compute, so the cores would be idle at the end.
    runVitest({
      args: only(WAITING.filter(chosen)),
      file: join(folder, 'waiting.json'),
      atATime: cores + 2,
    }),
    runVitest({
      args: only(COMPUTING.filter(chosen)),
      file: join(folder, 'computing.json'),
      atATime: cores,
    }),
  ]);
  return {
    passed: waiting.passed + computing.passed,
    skipped: waiting.skipped + computing.skipped,
    failures: [...waiting.failures, ...computing.failures],
    files: [...waiting.files, ...computing.files],
  };
}

function printSlowest(files: readonly FileTime[]): void {
  console.log('slowest files:');
  for (const { file, project, ms } of files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST_FILES))
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file} (${project})`);
}

/** Prints the failed tests once more at the end, because only the end of a long log may be kept. */
function printFailures(failures: readonly Failure[]): void {
  for (const { file, test, message } of failures)
    console.log(
      `FAILED ${file} > ${test}\n    ${stripVTControlCharacters(message).slice(0, MESSAGE_LENGTH)}`,
    );
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
  const chosen = (name: string): boolean => all || !SLOW.includes(name);
  const unasked = all || args.includes('--project') ? [] : SLOW.map((name) => `!${name}`);
  const { passed, skipped, failures, files } =
    args.length === 0
      ? await runProjects(chosen, folder)
      : await runVitest({ args: [...only(unasked), ...args], file: join(folder, 'report.json') });
  printSlowest(files);
  printProjects(files);
  const missing = needs.filter(({ met }) => !met);
  for (const { name } of missing) console.log(`not run here: ${name}`);
  if (skipped > 0) console.log(`skipped: ${skipped}`);
  printFailures(failures);
  const failed = failures.length + (all ? missing.length : 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
