// A reporter for `npm test`: writes how many tests passed and were skipped, which ones failed and why, and how long each file took.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The environment variable that names the file to write. */
export const REPORT_FILE = 'TEST_REPORT_FILE';

export type FileTime = { file: string; project: string; ms: number };

/** A failed test: its file, its full name, and the message of its first error. */
export type Failure = { file: string; test: string; message: string };

/** What one run of Vitest came to. */
export type Report = { passed: number; skipped: number; failures: Failure[]; files: FileTime[] };

const fileOf = (module: TestModule): string => relative(process.cwd(), module.moduleId);

const messageOf = (errors: readonly SerializedError[] | undefined): string =>
  errors?.[0]?.message ?? 'no error was reported';

/** The tests of a file that failed, or the file itself if it failed without any: it did not load, or one of its hooks threw. */
function failuresIn(module: TestModule): Failure[] {
  const file = fileOf(module);
  const tests = [...module.children.allTests('failed')].map((test) => ({
    file,
    test: test.fullName,
    message: messageOf(test.result().errors),
  }));
  if (tests.length > 0 || module.state() !== 'failed') return tests;
  const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [{ file, test: 'the file itself', message: messageOf([...module.errors(), ...suites]) }];
}

function timeOf(module: TestModule): FileTime {
  const { collectDuration, duration, setupDuration } = module.diagnostic();
  return {
    file: fileOf(module),
    project: module.project.name,
    ms: collectDuration + setupDuration + duration,
  };
}

/** Sums up the files of a run; `errors` are those that belong to no test. */
function summarise(modules: readonly TestModule[], errors: readonly SerializedError[]): Report {
  const count = (state: 'passed' | 'skipped') =>
    modules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);
  return {
    passed: count('passed'),
    skipped: count('skipped'),
    failures: [
      ...modules.flatMap(failuresIn),
      ...errors.map((error) => ({
        file: '',
        test: 'an error outside of tests',
        message: error.message,
      })),
    ],
    files: modules.map(timeOf),
  };
}

// Vitest calls a reporter's default export with `new`.
export default function createReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const path = process.env[REPORT_FILE];
      if (path) writeFileSync(path, JSON.stringify(summarise(modules, errors)));
    },
  };
}
