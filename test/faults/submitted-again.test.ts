import { describe, expect, inject, it } from 'vitest';
import {
  acceptedJobs,
  kill,
  startTestBackend,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import {
  type JobDocument,
  jobEnded,
  pictureOf,
  submitStyle,
} from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

describe('equal submits', () => {
  it('at the same time are one job, rendered once, and later ones find it', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    const jobs = await Promise.all(Array.from({ length: 20 }, () => submitStyle(worker)));
    const { id, run, token } = jobs[0] as JobDocument;
    for (const job of jobs) expect(job).toMatchObject({ id, run, token });
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(await submitStyle(worker)).toMatchObject({ id, run: 1, state: 'succeeded' });
    expect(acceptedJobs(backends)).toHaveLength(1);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});

describe('a job while all backends are down', () => {
  it('waits, fails with a reason after its attempts, and succeeds when it is submitted again', async () => {
    const { worker, backends } = await startWorkerWithBackends(2, { JOB_ATTEMPTS: '3' });
    for (const { backend } of backends) await kill(backend);
    const { id, state } = await submitStyle(worker);
    expect(state).toBe('queued');
    expect(await jobEnded(worker, id)).toMatchObject({
      state: 'failed',
      attempt: 3,
      error: {
        code: 'backend_unavailable',
        message: 'attempt 3: the GPU backend was lost: the connection to it failed',
      },
    });
    const again = await startTestBackend();
    for (const { relay } of backends) relay.switchTo(again.url);
    expect(await submitStyle(worker)).toMatchObject({ id, run: 2, state: 'queued' });
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 2 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
