// `npm run doctor -- <url>`: examines a running instance from outside, and says what is wrong and how to fix it.
import { parseSigningKeys } from '../../src/signing.ts';
import { fail, readArguments } from '../command-line.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

const USAGE = `usage: npm run doctor -- <url> [--plan <segments>] [--no-jobs] [--json]
  --plan     segments that the instance allows (w=48/pixelate,block=6/f=png)
  --no-jobs  submits no job; one takes some seconds of a backend
  --json     prints JSON
From the environment: SIGNING_KEYS, whose first pair signs, and METRICS_TOKEN. Exits with 1 if something is wrong.`;

/** Longest time for one answer, and for a job, in milliseconds. */
const TIMEOUT_MS = 20_000;
const JOB_MS = 180_000;

const MARKS = { good: 'ok   ', note: 'note ', wrong: 'WRONG' } as const;

/** The findings as text for people. */
function report(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, verdict, found, fix }) => [
    `${MARKS[verdict]} ${check.padEnd(10)} ${found}`,
    ...(fix === undefined ? [] : [`      to fix it: ${fix}`]),
  ]);
  const count = findings.filter(({ verdict }) => verdict === 'wrong').length;
  return [...lines, count === 0 ? 'Nothing is wrong.' : `${count} to fix.`].join('\n');
}

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    plan: { type: 'string', default: 'w=48/pixelate,block=6/f=png' },
    'no-jobs': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [url, ...rest] = positionals;
if (url === undefined || rest.length > 0 || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
  fail(
    `expected one URL such as https://img.example.com, got ${JSON.stringify(positionals)}`,
    USAGE,
  );
}
let key: ReturnType<typeof parseSigningKeys>[number] | undefined;
try {
  [key] = parseSigningKeys(process.env.SIGNING_KEYS ?? '');
} catch (error) {
  fail(`SIGNING_KEYS: ${(error as Error).message}`, USAGE);
}
const findings = await examine(url, {
  key,
  metricsToken: process.env.METRICS_TOKEN,
  plan: values.plan,
  timeoutMs: TIMEOUT_MS,
  jobMs: JOB_MS,
  jobs: !values['no-jobs'],
});
const isWell = findings.every(({ verdict }) => verdict !== 'wrong');
console.log(
  values.json ? JSON.stringify({ url, ok: isWell, findings }, null, 2) : report(findings),
);
process.exitCode = isWell ? 0 : 1;
