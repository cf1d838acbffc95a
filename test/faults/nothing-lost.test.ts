import { describe, expect, inject, it } from 'vitest';
import {
  kill,
  type Post,
  postMidJob,
  setStage,
  setStageAgain,
  startPost,
  taken,
} from '../helpers/servers/fault-stage.ts';
import {
  type JobDocument,
  jobEnded,
  pictureOf,
  submitStyle,
} from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

describe('a Worker that is killed', () => {
  it('continues its jobs when it is started again, and renders nothing twice', async () => {
    const { startWorker, posts } = await setStageAgain(1);
    const before = await startWorker();
    const { id } = await submitStyle(before);
    await postMidJob(posts);
    await before.close();
    const worker = await startWorker();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1, attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
    const ended = posts[0]?.backend.log.filter(({ event }) => event === 'job ended');
    expect(ended).toHaveLength(1);
  });

  it('together with its backend right after its answer has lost nothing', async () => {
    const { startWorker, posts } = await setStageAgain(1);
    const before = await startWorker();
    const { id } = await submitStyle(before);
    await before.close();
    for (const { backend, wire } of posts) {
      await kill(backend);
      wire.lead((await startPost()).url);
    }
    const worker = await startWorker();
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
  it('waits, fails with a reason after its attempts, and succeeds when it is submitted again', async () => {
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

describe('many jobs', () => {
  const again = async (post: Post): Promise<void> => {
    await kill(post.backend);
    post.backend = await startPost();
    post.wire.lead(post.backend.url);
  };

  it('all succeed in one run, whichever process is killed meanwhile', async () => {
    const { startWorker, posts } = await setStageAgain(2, { JOB_ATTEMPTS: '20' });
    const before = await startWorker();
    const jobs = await Promise.all([100, 101, 102, 103].map((n) => submitStyle(before, n)));
    await again(await postMidJob(posts));
    await before.close();
    const worker = await startWorker();
    for (const post of posts) await again(post);
    for (const { id } of jobs) {
      expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', run: 1 });
    }
  });
});
