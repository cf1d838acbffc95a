// A reporter for `npm test`: writes how many tests passed, failed and were skipped, and how long each file took.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The environment variable that names the file to write. */
export const REPORT_FILE = 'TEST_REPORT_FILE';

export type FileTime = { file: string; project: string; ms: number };

/** What one run of Vitest came to. */
export type Report = { passed: number; failed: number; skipped: number; files: FileTime[] };

/** Tests that failed, or one for a file that failed without any: it did not load, or one of its hooks threw. */
function failuresIn(module: TestModule): number {
  const tests = [...module.children.allTests('failed')].length;
  return tests === 0 && module.state() === 'failed' ? 1 : tests;
}

function timeOf(module: TestModule): FileTime {
  const { collectDuration, duration, setupDuration } = module.diagnostic();
  return {
    file: relative(process.cwd(), module.moduleId),
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
    failed: modules.reduce((sum, module) => sum + failuresIn(module), errors.length),
    skipped: count('skipped'),
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
