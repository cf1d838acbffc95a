import { describe, expect, inject, it } from 'vitest';
import {
  acceptedJobs,
  backendMidJob,
  expectResumed,
  kill,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

/** Less than a checkpoint or a picture of the job; the length that heads need is beside it. */
const BODY_BYTES = 2 ** 16;

describe('a checkpoint that is larger than what the proxies before the backends let through', () => {
  it('comes to the next backend in parts, and nothing is lost', async () => {
    const vars = { JOB_BODY_BYTES: String(BODY_BYTES) };
    const { worker, backends } = await startWorkerWithBackends(2, vars);
    for (const { relay } of backends) relay.limitBodies(BODY_BYTES);
    const { id } = await submitStyle(worker);
    await kill((await backendMidJob(backends)).backend);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expectResumed(backends);
    expect(acceptedJobs(backends)[1]?.head?.checkpoint?.bytes).toBeGreaterThan(BODY_BYTES);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
    const refused = backends.flatMap(({ relay }) =>
      relay.exchanges.filter((one) => one.status === 413),
    );
    expect(refused).toEqual([]);
  });
});
