import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../../../src/jobs/blobs.ts';
import { openSession } from '../../../src/jobs/run/session.ts';
import type { JobStore } from '../../../src/jobs/store/store.ts';

const ref = { id: 'a'.repeat(52), run: 1, restarts: 0 };
const blobs: BlobStore = {
  get: async () => undefined,
  put: async () => true,
  delete: async () => {},
};

/** Stubs as the platform's: one that has failed once fails for ever, a new one works. */
function stubs(failures: number) {
  let left = failures;
  let reports = 0;
  const jobs = (): Pick<JobStore, 'attempt' | 'report'> => {
    let broken = false;
    return {
      attempt: async () => undefined,
      async report() {
        if (broken || left > 0) {
          left -= broken ? 0 : 1;
          broken = true;
          throw new Error('the object was reset');
        }
        reports++;
        return { going: true, canceled: false };
      },
    };
  };
  return { jobs, reports: () => reports };
}

describe('the session of a run', () => {
  it('reports again after the object of its job was reset', async () => {
    const { jobs, reports } = stubs(1);
    const session = openSession(ref, { jobs, blobs, sleep: () => new Promise(() => {}) }, 1000);
    await expect(session.report({ type: 'alive' })).rejects.toThrow('the object was reset');
    await expect(session.report({ type: 'alive' })).resolves.toMatchObject({ going: true });
    expect(reports()).toBe(1);
    session.close();
  });

  it('shows signs of life after the object of its job was reset', async () => {
    const { jobs, reports } = stubs(2);
    let beats = 0;
    const sleep = () => (++beats <= 4 ? Promise.resolve() : new Promise<void>(() => {}));
    const session = openSession(ref, { jobs, blobs, sleep }, 1000);
    await expect.poll(reports).toBe(2);
    expect(session.over.aborted).toBe(false);
    session.close();
  });
});
