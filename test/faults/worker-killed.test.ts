import { describe, expect, inject, it } from 'vitest';
import {
  backendMidJob,
  kill,
  startRestartableWorker,
  startTestBackend,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

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
