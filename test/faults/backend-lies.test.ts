import { describe, expect, inject, it } from 'vitest';
import type { Exchange } from '../helpers/servers/relay.ts';
import {
  acceptedJobs,
  type RelayedBackend,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

const isOf = (blob: string) => (exchange: Exchange) => exchange.path.includes(`/${blob}?`);

/** Changes one byte of each `chosen` answer, but not its length or announced digest. */
function lie({ relay }: RelayedBackend, chosen: (exchange: Exchange) => boolean): void {
  relay.change((chunk, exchange) => {
    if (!chosen(exchange)) return chunk;
    const other = Buffer.from(chunk);
    other[0] = (other[0] as number) ^ 1;
    return other;
  });
}

describe('a backend that sends another picture than it announced', () => {
  it('is detected: the other one makes the job', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    // The first backend that is asked for the result.
    let liar: RelayedBackend | undefined;
    for (const relayed of backends) {
      lie(relayed, (exchange) => {
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
    for (const relayed of backends) lie(relayed, isOf('result'));
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

describe('a backend that sends another checkpoint than it announced', () => {
  it('loses the job, and no attempt continues from that checkpoint', async () => {
    const { worker, backends } = await startWorkerWithBackends(2);
    let lies = 0;
    for (const relayed of backends) {
      lie(relayed, (exchange) => isOf('checkpoint')(exchange) && lies++ === 0);
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
