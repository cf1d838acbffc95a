// A style job over HTTP for tests with real processes, submitted, followed and fetched like a client does.
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { isFinal, type Job } from '../../../src/jobs/job.ts';
import type { BundledWorker } from '../servers/bundled-worker.ts';
import { type BackendProcess, pictureFrom, sha256 } from '../servers/gpu-backend.ts';

/** Iterations that take most of a second on an idle machine, over more than one scale: long enough that a process can be killed in the middle. */
const STEPS = 40;

const planWith = (style: string, steps = STEPS): string =>
  `w=64/style,style=${style},engine=vgg19,weights=small,size=64,steps=${steps},seconds=0/f=png`;

/** Longest time that a job may take, in milliseconds. */
const PATIENCE_MS = 300_000;

const sample = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`../../../public/samples/${name}`, import.meta.url)));

export type JobDocument = Job & { token?: string };

/** Submits the job; resolves with the accepted job. Another number of steps makes another job. */
export async function submitStyle(worker: BundledWorker, steps?: number): Promise<JobDocument> {
  const response = await worker.fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      plan: planWith('asset:painting.jpg', steps),
      source: 'asset:chess.jpg',
    }),
  });
  expect(response.status, await response.clone().text()).toBe(202);
  return (await response.json()) as JobDocument;
}

/** The present state of the job. */
export async function jobNow(worker: BundledWorker, id: string): Promise<JobDocument> {
  const response = await worker.fetch(`/v1/jobs/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as JobDocument;
}

/** Waits until the job has ended. */
export async function jobEnded(worker: BundledWorker, id: string): Promise<JobDocument> {
  const job = async () => jobNow(worker, id);
  await expect
    .poll(async () => isFinal((await job()).state), { timeout: PATIENCE_MS, interval: 250 })
    .toBe(true);
  return job();
}

/** SHA-256 of the job's picture. */
export async function pictureOf(worker: BundledWorker, id: string): Promise<string> {
  const response = await worker.fetch(`/v1/jobs/${id}/result`);
  expect(response.status).toBe(200);
  return sha256(new Uint8Array(await response.arrayBuffer()));
}

/** SHA-256 of the job's picture without any faults, directly from a backend. */
export async function undisturbedPicture(backend: BackendProcess): Promise<string> {
  const inputs = [
    { name: 'image', blob: await sample('chess.jpg') },
    { name: 'input:1', blob: await sample('painting.jpg') },
  ];
  return pictureFrom(backend, { plan: planWith('input:1'), inputs });
}
