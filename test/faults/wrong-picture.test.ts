import { describe, expect, inject, it } from 'vitest';
import {
  alterAnswers,
  isOf,
  type RelayedBackend,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

describe('a backend that sends another picture than it announced', () => {
  it('is detected: the other one makes the job', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    // The first backend that is asked for the result.
    let liar: RelayedBackend | undefined;
    for (const relayed of backends) {
      alterAnswers(relayed, (exchange) => {
        if (isOf('result')(exchange)) liar ??= relayed;
        return liar === relayed && isOf('result')(exchange);
      });
    }
    const { id } = await submitStyle(worker);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('never has it served, and its job fails with a reason if there is no other backend', async () => {
    const { worker, backends } = await startWorkerWithBackends(1, { JOB_ATTEMPTS: '2' });
    for (const relayed of backends) alterAnswers(relayed, isOf('result'));
    const { id } = await submitStyle(worker);
    expect(await jobEnded(worker, id)).toMatchObject({
      state: 'failed',
      attempt: 2,
      error: {
        code: 'backend_unavailable',
        message: expect.stringContaining(
          'sent another picture or checkpoint than it had announced',
        ),
      },
    });
    const result = await worker.fetch(`/v1/jobs/${id}/result`);
    expect([result.status, result.headers.get('content-type')]).toEqual([
      503,
      'application/problem+json',
    ]);
  });
});
