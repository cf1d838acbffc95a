// Runs Vitest in a process of its own and reads its report.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPORT_FILE, type Report } from './reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folder in which Node keeps compiled modules for the many processes of a run. */
const COMPILED = join(root, '.cache/compiled');

/** Environment variable: how many files run at a time. */
export const FILES_AT_A_TIME = 'TEST_FILES_AT_A_TIME';

export type Run = {
  /** Arguments of Vitest. */
  args: readonly string[];
  /** Where the report is written. */
  file: string;
  /** Files at a time; Vitest's configuration decides without it. */
  atATime?: number;
};

/** Runs Vitest; a run that ends badly or without a single test has at least one failure. */
export async function runVitest({ args, file, atATime }: Run): Promise<Report> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['default', join(root, 'scripts/test/reporter.ts')];
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...reporters.map((name) => `--reporter=${name}`), ...args],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        NODE_COMPILE_CACHE: COMPILED,
        ...process.env,
        [REPORT_FILE]: file,
        ...(atATime !== undefined && { [FILES_AT_A_TIME]: String(atATime) }),
        // Miniflare would hand them to each Worker that it starts, which costs as much as the rest of its start. Nothing here speaks TLS.
        NODE_EXTRA_CA_CERTS: undefined,
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_SEND_METRICS: 'false',
      },
    },
  );
  const code = await new Promise<number>((resolve) =>
    child.on('exit', (status) => resolve(status ?? 1)),
  );
  const report: Report = existsSync(file)
    ? JSON.parse(await readFile(file, 'utf8'))
    : { passed: 0, skipped: 0, failures: [], files: [] };
  const bad = code !== 0 || report.passed === 0;
  if (!bad || report.failures.length > 0) return report;
  const message = `${report.passed} tests passed, and it ended with ${code}`;
  return { ...report, failures: [{ file: '', test: `vitest run ${args.join(' ')}`, message }] };
}
