// Finds the jobs of transform URLs: those that this isolate has seen without asking anybody, the others in the engine's index.
import type { Job } from '../../jobs/job.ts';
import type { JobService } from '../../jobs/service/service.ts';

export type JobIndex = {
  /** Id of the job under a key, if this isolate has seen it. */
  seen: (key: string) => string | undefined;
  /** Id of the job under a key; reads the engine's index. Throws what the engine throws. */
  find: (key: string) => Promise<string | undefined>;
  /**
   * Stores a job's id under a key, unless the job has a note: when the model that it does without is installed, the same URL begins
   * another job. A failure is logged; the next request then reads the sources again.
   */
  put: (key: string, job: Job) => Promise<void>;
};

/** Most keys that are remembered; one more replaces the oldest. */
const MOST_KEYS = 1000;

/** The index over that of the engine. */
export function createJobIndex(
  jobs: Pick<JobService, 'index' | 'indexed'>,
  log: (entry: Record<string, unknown>) => void,
): JobIndex {
  const ids = new Map<string, string>();
  const remember = (key: string, id: string): void => {
    ids.delete(key);
    ids.set(key, id);
    const [oldest] = ids.keys();
    if (ids.size > MOST_KEYS && oldest !== undefined) ids.delete(oldest);
  };
  return {
    seen: (key) => ids.get(key),
    async find(key) {
      const id = await jobs.indexed(key);
      if (id !== undefined) remember(key, id);
      return id;
    },
    async put(key, { id, note }) {
      if (note !== undefined) return;
      remember(key, id);
      try {
        await jobs.index(key, id);
      } catch (error) {
        log({ event: 'job_index_failed', message: String(error) });
      }
    },
  };
}
