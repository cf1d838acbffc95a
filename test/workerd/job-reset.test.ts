// A deployment resets the objects of jobs while their runs go on.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { digestOf } from '../../src/crypto.ts';
import { createJobStorage } from '../../src/edge/jobs/job-storage.ts';
import { createR2Blobs } from '../../src/edge/r2-blobs.ts';
import { parseBackendKeys } from '../../src/jobs/auth.ts';
import { createBackend } from '../../src/jobs/backend/backend.ts';
import { inputKey } from '../../src/jobs/blobs.ts';
import type { JobSpec } from '../../src/jobs/job.ts';
import type { JobLine } from '../../src/jobs/protocol.ts';
import { runStep } from '../../src/jobs/run/run.ts';
import { beginRun } from '../../src/jobs/store/transitions.ts';
import { readResult } from '../../src/jobs/stored-result.ts';
import { sleep } from '../../src/timing.ts';

const id = 'g'.repeat(52);
const picture = new TextEncoder().encode('picture');

/** A backend whose answer waits before each line that follows the third; `wait` is called with the number of the line. */
function backendThat(wait: (line: number) => Promise<void>, sha256: string) {
  const progress = (step: number): JobLine => ({ type: 'progress', step, steps: 5, losses: {} });
  const blob = { bytes: picture.length, sha256 };
  const lines: JobLine[] = [
    { type: 'accepted', device: 'fake', ahead: 0 },
    { type: 'started' },
    progress(1),
    { type: 'checkpoint', step: 2, ...blob },
    { type: 'preview', step: 2, mime: 'image/webp', ...blob },
    progress(3),
    {
      ...{ type: 'result', seconds: 1, mime: 'image/webp', extension: 'webp' },
      ...{ width: 1, height: 1, report: [], ...blob },
    },
  ];
  const submits: string[] = [];
  const answer = async (url: string, method: string): Promise<Response> => {
    if (method === 'GET') return new Response(picture, { headers: { ETag: `"${sha256}"` } });
    submits.push(url);
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const line = lines[at];
        if (!line) return controller.close();
        await wait(at++);
        controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      },
    });
    return new Response(body);
  };
  const backend = createBackend(
    'https://gpu.example',
    { keys: parseBackendKeys('a secret of enough') },
    {
      now: Date.now,
      channel: () => new TransformStream<Uint8Array, Uint8Array>(),
      fetch: (url, { method }) => answer(url, method),
    },
  );
  return { backend, submits };
}

it('a job whose object is reset again and again loses neither its attempt nor its progress', async () => {
  const sha256 = await digestOf(picture);
  const blobs = createR2Blobs(env.JOB_BLOBS);
  const input = { name: 'image', bytes: picture.length, sha256 };
  await blobs.put(inputKey(sha256), picture, input);
  const spec: JobSpec = { id, plan: 'style', accept: null, inputs: [input], name: 'picture' };
  const object = () => env.JOBS.getByName(id);
  // Written here, because the object would also start the Workflow.
  await runInDurableObject(object(), (_, { storage }) =>
    createJobStorage(storage).write(beginRun(spec, undefined, Date.now()).record),
  );
  let resets = 0;
  const reset = async (line: number): Promise<void> => {
    if (line < 3) return;
    resets++;
    await runInDurableObject(object(), (_, state) => state.abort('a deployment')).catch(() => {});
  };
  const { backend, submits } = backendThat(reset, sha256);
  const next = await runStep(
    { id, run: 1, restarts: 0 },
    {
      ...{ jobs: object, blobs, backends: [backend], now: Date.now, sleep },
      countSeconds: async () => {},
      log: () => {},
    },
    {
      ...{ attempts: 5, retryMs: 1, queueMs: 1000, connectMs: 5000, silenceMs: 5000 },
      ...{ attemptMs: 60_000, stepMs: 60_000, aliveMs: 100, bodyBytes: 2 ** 26 },
    },
  );
  expect(next).toBeUndefined();
  expect(resets).toBe(4);
  expect(submits).toHaveLength(1);
  expect((await object().read())?.job).toMatchObject({
    state: 'succeeded',
    run: 1,
    attempt: 1,
    progress: { step: 3 },
    preview: { version: 1, sha256 },
  });
  expect(await readResult(blobs, id)).toMatchObject({ sha256 });
});
