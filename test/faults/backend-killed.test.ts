import { describe, expect, inject, it } from 'vitest';
import {
  backendMidJob,
  expectResumed,
  kill,
  startTestBackend,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

describe('a job whose backend', () => {
  it('is killed and comes back, continues from the last checkpoint to the same bytes', async () => {
    const { worker, backends } = await startWorkerWithBackends(1);
    const { id } = await submitStyle(worker);
    const { relay, backend } = await backendMidJob(backends);
    await kill(backend);
    const next = await startTestBackend();
    relay.switchTo(next.url);
    const { state, attempt } = await jobEnded(worker, id);
    expect([state, attempt > 1]).toEqual(['succeeded', true]);
    expectResumed(backends);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('is killed, is finished by the other one', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    const { id } = await submitStyle(worker);
    await kill((await backendMidJob(backends)).backend);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expectResumed(backends);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('is asked to stop, continues from the last checkpoint on the other one', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    const { id } = await submitStyle(worker);
    const { backend } = await backendMidJob(backends);
    backend.process.kill('SIGTERM');
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await backend.ended).toBe(0);
    expectResumed(backends);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
