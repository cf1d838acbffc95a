// Examines an instance from outside: all checks in order.
import type { SigningKey } from '../../src/signing.ts';
import { sleep } from '../../src/timing.ts';
import { checkCaching } from './caching.ts';
import { type Finding, wrong } from './finding.ts';
import { checkHeaders } from './headers.ts';
import { checkHealth } from './health.ts';
import { openInstance } from './instance.ts';
import { checkJobs } from './jobs.ts';
import { checkLimits } from './limits.ts';
import { checkMetrics } from './metrics.ts';
import { checkSigning } from './signing.ts';
import { checkUrls } from './urls.ts';

export type Examination = {
  key: SigningKey | undefined;
  metricsToken?: string | undefined;
  /** Segments that the instance allows. */
  plan: string;
  /** Longest time for one answer, and for a job, in milliseconds. */
  timeoutMs: number;
  jobMs: number;
  /** Submits a job, which a backend renders, and checks its result; if false, jobs are not checked. */
  jobs: boolean;
};

/** All findings, in the order of the checks. Throws `TypeError` if `url` is no URL. */
export async function examine(url: string, options: Examination): Promise<Finding[]> {
  const instance = openInstance(url, options);
  const { findings, alive } = await checkHealth(instance, Date.now);
  if (!alive) return findings;
  const add = async (name: string, check: () => Promise<Finding | Finding[]>): Promise<void> => {
    try {
      findings.push(...[await check()].flat());
    } catch (error) {
      const found = `no whole answer within ${options.timeoutMs / 1000} s (${(error as Error).name})`;
      findings.push(wrong(name, found, 'Look at npx wrangler tail while this command runs.'));
    }
  };
  let canAsk = false;
  await add('signing', async () => {
    const signing = await checkSigning(instance, Date.now);
    canAsk = signing.canAsk;
    return signing.findings;
  });
  await add('metrics', () => checkMetrics(instance, options.metricsToken));
  if (!canAsk) return findings;
  await add('urls', () => checkUrls(instance));
  await add('caching', () => checkCaching(instance, sleep));
  await add('headers', () => checkHeaders(instance));
  await add('limits', () => checkLimits(instance));
  if (!options.jobs) return findings;
  const { plan, jobMs: timeoutMs } = options;
  await add('jobs', () => checkJobs(instance, { plan, timeoutMs, pause: sleep, now: Date.now }));
  return findings;
}
