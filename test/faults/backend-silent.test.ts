import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Exchange } from '../helpers/servers/relay.ts';
import {
  acceptedJobs,
  backendMidJob,
  expectResumed,
  type RelayedBackend,
  SILENCE_MS,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

const hasProc = existsSync('/proc/self/task');

/** Process id of a backend's renderer. */
function rendererOf({ backend: { process: child } }: RelayedBackend): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return Number(children.trim());
}

describe('a job whose backend', () => {
  it.skipIf(!hasProc)('loses the process that renders, continues in a new one', async () => {
    const { worker, backends } = await startWorkerWithBackends(1);
    const { id } = await submitStyle(worker);
    process.kill(rendererOf(await backendMidJob(backends)), 'SIGKILL');
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expectResumed(backends);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('falls silent, is finished by the other one', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    const { id } = await submitStyle(worker);
    (await backendMidJob(backends)).backend.process.kill('SIGSTOP');
    const stopped = performance.now();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect((acceptedJobs(backends)[1] as Exchange).at - stopped).toBeLessThan(5 * SILENCE_MS);
    expectResumed(backends);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it.skipIf(!hasProc)('is slow, waits while the backend sends heartbeats', async () => {
    const { worker, backends } = await startWorkerWithBackends(1);
    const { id } = await submitStyle(worker);
    const renderer = rendererOf(await backendMidJob(backends));
    process.kill(renderer, 'SIGSTOP');
    const timer = setTimeout(() => process.kill(renderer, 'SIGCONT'), 1.5 * SILENCE_MS);
    onTestFinished(() => clearTimeout(timer));
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
