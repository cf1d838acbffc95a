// Animations that are too much for the edge: they become jobs of a real backend, and the result keeps all frames.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { writeGif } from '../helpers/files/write-gif.ts';
import type { BundledWorker } from '../helpers/servers/bundled-worker.ts';
import { pictureFrom } from '../helpers/servers/gpu-backend.ts';
import {
  backendMidJob,
  expectResumed,
  kill,
  startWorkerWithBackends,
} from '../helpers/servers/worker-with-backends.ts';
import { jobEnded, pictureOf } from '../helpers/services/style-job.ts';

const size = { width: 320, height: 240 };
const palette = [
  [200, 30, 30],
  [30, 200, 30],
  [30, 30, 200],
  [250, 250, 250],
];

/** A bar that wanders over stripes. */
const animationOf = (frames: number): Uint8Array =>
  writeGif(
    size,
    Array.from({ length: frames }, (_, f) => ({
      index: (x: number, y: number) => (Math.abs(x - ((8 * f) % 320)) < 20 ? 3 : (y >> 4) % 3),
      delay: 6,
    })),
    { palette, loops: 0 },
  );

type JobDocument = { id: string; state: string; token?: string };

async function submit(worker: BundledWorker, plan: string, frames: number): Promise<JobDocument> {
  const body = animationOf(frames) as Uint8Array<ArrayBuffer>;
  const response = await worker.fetch(`/t/${plan}`, { method: 'POST', body });
  expect(response.status).toBe(202);
  return (await response.json()) as JobDocument;
}

/** Expects all frames, with their delays, and the bar where the source has it. */
async function expectBarMoves(animation: Uint8Array): Promise<void> {
  const { pages, delay, loop, width, pageHeight, height } = await sharp(animation, {
    pages: -1,
  }).metadata();
  expect([pages, loop, width, pageHeight ?? height]).toEqual([24, 0, 160, 120]);
  expect(delay).toEqual(new Array(24).fill(60));
  const isBright = async (page: number, x: number): Promise<boolean> => {
    const data = await sharp(animation, { page }).removeAlpha().raw().toBuffer();
    return [0, 1, 2].every((c) => data[3 * x + c]! > 220);
  };
  expect([await isBright(10, 40), await isBright(10, 80)]).toEqual([true, false]);
  expect([await isBright(20, 40), await isBright(20, 80)]).toEqual([false, true]);
}

it('an animation over the budget becomes a job that reports its frames, and its result plays in either format', async () => {
  const { worker } = await startWorkerWithBackends(1, { EDGE_BUDGET_MS: '60' });
  for (const format of ['gif', 'webp'] as const) {
    const { id } = await submit(worker, `w=160/pixelate,block=4/f=${format}`, 24);
    const events = await (await worker.fetch(`/v1/jobs/${id}/events`)).text();
    expect(events).toMatch(/event: progress\ndata: .*"steps":24/);
    expect(events).toMatch(/event: state\ndata: .*"succeeded".*\n\n$/);
    const result = await worker.fetch(`/v1/jobs/${id}/result`);
    expect(result.headers.get('content-type')).toBe(`image/${format}`);
    await expectBarMoves(new Uint8Array(await result.arrayBuffer()));
  }
});

it('an animation job can be canceled between two frames', async () => {
  const { worker } = await startWorkerWithBackends(1, { EDGE_BUDGET_MS: '60' });
  const { id, token } = await submit(worker, 'blur=30/blur=20/pixelate,block=2/f=gif', 400);
  const stateOf = async () =>
    (await (await worker.fetch(`/v1/jobs/${id}`)).json()) as JobDocument & {
      progress?: { step: number };
    };
  await expect
    .poll(async () => (await stateOf()).progress?.step ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(0);
  const canceled = await worker.fetch(`/v1/jobs/${id}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(canceled.status).toBe(200);
  const { state, progress } = await stateOf();
  expect([state, progress!.step < 400]).toEqual(['canceled', true]);
  expect((await worker.fetch(`/v1/jobs/${id}/result`)).status).toBe(409);
});

it('an animation job whose backend is killed continues with its finished frames, to the same bytes', async () => {
  const plan = 'blur=30/pixelate,block=2,palette=auto,colors=8/f=gif';
  const { worker, backends } = await startWorkerWithBackends(2, { EDGE_BUDGET_MS: '60' });
  const { id } = await submit(worker, plan, 60);
  const killed = await backendMidJob(backends);
  await kill(killed.backend);
  expect(await jobEnded(worker, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  expectResumed(backends);
  const { backend } = backends.find((one) => one !== killed)!;
  const inputs = [{ name: 'image', blob: animationOf(60) }];
  expect(await pictureOf(worker, id)).toBe(await pictureFrom(backend, { plan, inputs }));
});
