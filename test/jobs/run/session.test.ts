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

const ALIVE_MS = 1000;

/** Stubs as the platform's: one that has failed once fails for ever, a new one works. */
function stubs(failures: number) {
  let left = failures;
  let reports = 0;
  const jobs = (): Pick<JobStore, 'attempt' | 'report'> => {
    let broken = false;
    const fail = () => {
      if (!broken && left === 0) return;
      left -= broken ? 0 : 1;
      broken = true;
      throw new Error('the object was reset');
    };
    return {
      async attempt() {
        fail();
        return undefined;
      },
      async report() {
        fail();
        reports++;
        return { going: true, canceled: false };
      },
    };
  };
  return { jobs, reports: () => reports };
}

describe('the session of a run', () => {
  // The pauses before it asks again take no time; the one between signs of life never ends.
  const sleep = (ms: number) => (ms === ALIVE_MS ? new Promise<void>(() => {}) : Promise.resolve());

  it('reports and begins attempts again after the object of its job was reset', async () => {
    const { jobs, reports } = stubs(3);
    const session = openSession(ref, { jobs, blobs, sleep }, ALIVE_MS);
    await expect(session.report({ type: 'started' })).resolves.toMatchObject({ going: true });
    expect(reports()).toBe(1);
    const next = openSession(ref, { jobs: stubs(3).jobs, blobs, sleep }, ALIVE_MS);
    await expect(next.attempt()).resolves.toBeUndefined();
    session.close();
    next.close();
  });

  it('gives up after a few tries', async () => {
    const { jobs } = stubs(4);
    const session = openSession(ref, { jobs, blobs, sleep }, ALIVE_MS);
    await expect(session.report({ type: 'started' })).rejects.toThrow('the object was reset');
    session.close();
  });

  it('shows signs of life after the object of its job was reset', async () => {
    const { jobs, reports } = stubs(6);
    let beats = 0;
    const beat = () => (++beats <= 9 ? Promise.resolve() : new Promise<void>(() => {}));
    const session = openSession(ref, { jobs, blobs, sleep: beat }, ALIVE_MS);
    await expect.poll(reports).toBeGreaterThan(0);
    expect(session.over.aborted).toBe(false);
    session.close();
  });
});
