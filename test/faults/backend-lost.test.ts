import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import {
  expectResumed,
  kill,
  type Post,
  postMidJob,
  SILENCE_MS,
  setStage,
  startPost,
  taken,
} from '../helpers/servers/fault-stage.ts';
import type { Exchange } from '../helpers/servers/wire.ts';
import { jobEnded, pictureOf, submitStyle } from '../helpers/services/style-job.ts';

const undisturbed = inject('undisturbed');

const hasProc = existsSync('/proc/self/task');

/** Process id of a backend's renderer. */
function rendererOf({ backend: { process: child } }: Post): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return Number(children.trim());
}

describe('a job whose backend', () => {
  it('is killed and comes back, continues from the last checkpoint to the same bytes', async () => {
    const { worker, posts } = await setStage(1);
    const { id } = await submitStyle(worker);
    const { wire, backend } = await postMidJob(posts);
    await kill(backend);
    const next = await startPost();
    wire.lead(next.url);
    const { state, attempt } = await jobEnded(worker, id);
    expect([state, attempt > 1]).toEqual(['succeeded', true]);
    expectResumed(posts);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('is killed, is finished by the other one', async () => {
    const { worker, posts } = await setStage(2);
    const { id } = await submitStyle(worker);
    await kill((await postMidJob(posts)).backend);
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expectResumed(posts);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('is asked to stop, continues from the last checkpoint on the other one', async () => {
    const { worker, posts } = await setStage(2);
    const { id } = await submitStyle(worker);
    const { backend } = await postMidJob(posts);
    backend.process.kill('SIGTERM');
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await backend.ended).toBe(0);
    expectResumed(posts);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it.skipIf(!hasProc)('loses the process that renders, continues in a new one', async () => {
    const { worker, posts } = await setStage(1);
    const { id } = await submitStyle(worker);
    process.kill(rendererOf(await postMidJob(posts)), 'SIGKILL');
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expectResumed(posts);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it('falls silent, is finished by the other one', async () => {
    const { worker, posts } = await setStage(2);
    const { id } = await submitStyle(worker);
    (await postMidJob(posts)).backend.process.kill('SIGSTOP');
    const stopped = performance.now();
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect((taken(posts)[1] as Exchange).at - stopped).toBeLessThan(5 * SILENCE_MS);
    expectResumed(posts);
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });

  it.skipIf(!hasProc)('is slow, waits while the backend sends heartbeats', async () => {
    const { worker, posts } = await setStage(1);
    const { id } = await submitStyle(worker);
    const renderer = rendererOf(await postMidJob(posts));
    process.kill(renderer, 'SIGSTOP');
    const timer = setTimeout(() => process.kill(renderer, 'SIGCONT'), 2 * SILENCE_MS);
    onTestFinished(() => clearTimeout(timer));
    expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await pictureOf(worker, id)).toBe(undisturbed);
  });
});
