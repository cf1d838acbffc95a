import { describe, expect, inject, it } from 'vitest';
import {
  acceptedJobs,
  backendMidJob,
  kill,
  type RelayedBackend,
  startRestartableWorker,
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

describe('a Worker that is killed', () => {
  it('continues its jobs when it is started again, and renders nothing twice', async () => {
    const { startWorker, backends } = await startRestartableWorker(1);
    const before = await startWorker();
    const { id } = await submitStyle(before);
    await backendMidJob(backends);
    await before.close();
    const worker = await startWorker();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
    const ended = backends[0]?.backend.log.filter(({ event }) => event === 'job ended');
    expect(ended).toHaveLength(1);
  });

  it('together with its backend right after its answer has lost nothing', async () => {
    const { startWorker, backends } = await startRestartableWorker(1);
    const before = await startWorker();
    const { id } = await submitStyle(before);
    await before.close();
    for (const { backend, relay } of backends) {
      await kill(backend);
      relay.switchTo((await startTestBackend()).url);
    }
    const worker = await startWorker();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});

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

describe('many jobs', () => {
  const again = async (relayed: RelayedBackend): Promise<void> => {
    await kill(relayed.backend);
    relayed.backend = await startTestBackend();
    relayed.relay.switchTo(relayed.backend.url);
  };

  it('all succeed in one run, whichever process is killed meanwhile', async () => {
    const { startWorker, backends } = await startRestartableWorker(2, { JOB_ATTEMPTS: '20' });
    const before = await startWorker();
    const jobs = await Promise.all([100, 101, 102, 103].map((n) => submitStyle(before, n)));
    await again(await backendMidJob(backends));
    await before.close();
    const worker = await startWorker();
    for (const relayed of backends) await again(relayed);
    for (const { id } of jobs) {
      expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1 });
    }
  });
});
