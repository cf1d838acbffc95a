import { describe, expect, inject, it } from 'vitest';
import {
  acceptedJobs,
  alterAnswers,
  isOf,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

describe('a backend that sends another checkpoint than it announced', () => {
  it('loses the job, and no attempt continues from that checkpoint', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    let lies = 0;
    for (const relayed of backends) {
      alterAnswers(relayed, (exchange) => isOf('checkpoint')(exchange) && lies++ === 0);
    }
    const { id } = await submitStyle(worker);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(acceptedJobs(backends)[1]?.head?.checkpoint).toBeUndefined();
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});

describe('a backend that sends slowly', () => {
  it('is given the time that it needs', async () => {
    const { worker, backends } = await startWorkerWithBackends(1);
    for (const { relay } of backends) {
      relay.change(async (chunk) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return chunk;
      });
    }
    const { id } = await submitStyle(worker);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
