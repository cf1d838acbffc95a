import { describe, expect, it } from 'vitest';
import {
  backendMidJob,
  kill,
  type RelayedBackend,
  startRestartableWorker,
  startTestBackend,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, submitStyle } from '../helpers/services/style-job.ts';

describe('many jobs', () => {
  const again = async (relayed: RelayedBackend): Promise<void> => {
    await kill(relayed.backend);
    relayed.backend = await startTestBackend();
    relayed.relay.switchTo(relayed.backend.url);
  };

  it('all succeed in one run, whichever process is killed meanwhile', async () => {
    const { startWorker, backends } = await startRestartableWorker(2, { JOB_ATTEMPTS: '20' });
    const before = await startWorker();
    const jobs = await Promise.all([40, 41, 42, 43].map((n) => submitStyle(before, n)));
    await again(await backendMidJob(backends));
    await before.close();
    const worker = await startWorker();
    for (const relayed of backends) await again(relayed);
    for (const { id } of jobs) {
      expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1 });
    }
  });
});
