import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BundledWorker } from '../helpers/bundled-worker.ts';
import {
  backendEnv,
  kill,
  postMidJob,
  setStage,
  startPost,
  startPosts,
  taken,
  workerVars,
} from '../helpers/fault-stage.ts';
import { startBackend } from '../helpers/gpu-backend.ts';
import {
  type JobDocument,
  jobEnded,
  pictureOf,
  submitStyle,
  undisturbedPicture,
} from '../helpers/style-job.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';

let undisturbed: string;

beforeAll(async () => {
  const backend = await startBackend(backendEnv);
  undisturbed = await undisturbedPicture(backend);
  await backend.stop();
});

describe('a Worker that is killed', () => {
  const starter = async (vars: Record<string, string>): Promise<() => Promise<BundledWorker>> => {
    const persist = await mkdtemp(join(tmpdir(), 'tessera-state-'));
    onTestFinished(() => rm(persist, { recursive: true, force: true }));
    return async () => {
      const worker = await startWorkerProcess(vars, { persist });
      onTestFinished(worker.close);
      return worker;
    };
  };

  it('goes on with its jobs when it is started again, and renders nothing twice', async () => {
    const posts = await startPosts(1);
    const startAgain = await starter(workerVars(posts.map(({ wire }) => wire.url)));
    const before = await startAgain();
    const { id } = await submitStyle(before);
    await postMidJob(posts);
    await before.close();
    const worker = await startAgain();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
    const ended = posts[0]?.backend.log.filter(({ event }) => event === 'job ended');
    expect(ended).toHaveLength(1);
  });

  it('right behind its answer, and its backend with it, has lost nothing', async () => {
    const posts = await startPosts(1);
    const startAgain = await starter(workerVars(posts.map(({ wire }) => wire.url)));
    const before = await startAgain();
    const { id } = await submitStyle(before);
    await before.close();
    for (const { backend, wire } of posts) {
      await kill(backend);
      wire.lead((await startPost()).url);
    }
    const worker = await startAgain();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});

describe('equal submits', () => {
  it('at the same time are one job, rendered once, and later ones find it', async () => {
    const { worker, posts } = await setStage(2);
    const jobs = await Promise.all(Array.from({ length: 20 }, () => submitStyle(worker)));
    const { id, run, token } = jobs[0] as JobDocument;
    for (const job of jobs) expect(job).toMatchObject({ id, run, token });
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(await submitStyle(worker)).toMatchObject({ id, run: 1, state: 'succeeded' });
    expect(taken(posts)).toHaveLength(1);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});

describe('a job while all backends are down', () => {
  it('waits, fails with the reason after its attempts, and succeeds when it is submitted again', async () => {
    const { worker, posts } = await setStage(2, { JOB_ATTEMPTS: '3' });
    for (const { backend } of posts) await kill(backend);
    const { id, state } = await submitStyle(worker);
    expect(state).toBe('queued');
    expect(await jobEnded(worker, id)).toMatchObject({
      state: 'failed',
      attempt: 3,
      error: {
        code: 'backend_unavailable',
        message: 'attempt 3: the GPU backend was lost: the connection to it failed',
      },
    });
    const again = await startPost();
    for (const { wire } of posts) wire.lead(again.url);
    expect(await submitStyle(worker)).toMatchObject({ id, run: 2, state: 'queued' });
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 2 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
