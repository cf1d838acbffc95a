// Renders a sample picture, its rows spread over worker threads.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createImage, type Image } from '../../src/image.ts';
import type { Scene, Size } from './scene.ts';

export type RowJob = { name: string; size: Size; first: number; step: number };

/** Rows `first`, `first + step`, … of a scene, one after the other. */
export function paintRows(scene: Scene, { size, first, step }: RowJob): Uint8ClampedArray {
  const paint = scene.prepare(size);
  const count = Math.max(0, Math.ceil((size.height - first) / step));
  const rows = new Uint8ClampedArray(4 * size.width * count);
  for (let i = 0; i < count; i++) {
    paint(first + i * step, rows.subarray(4 * size.width * i, 4 * size.width * (i + 1)));
  }
  return rows;
}

function paintApart(job: RowJob): Promise<Uint8ClampedArray> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./row-worker.ts', import.meta.url), { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** The scene at `size`; the bytes do not depend on `threads`. With one thread no worker is started. */
export async function render(
  scene: Scene,
  size: Size = scene,
  threads = Math.min(8, availableParallelism()),
): Promise<Image> {
  const image = createImage({ width: size.width, height: size.height });
  const jobs = Array.from({ length: threads }, (_, first) => ({
    name: scene.name,
    size: { width: size.width, height: size.height },
    first,
    step: threads,
  }));
  const parts = await Promise.all(
    jobs.map((job) => (threads === 1 ? paintRows(scene, job) : paintApart(job))),
  );
  const stride = 4 * size.width;
  parts.forEach((rows, first) => {
    for (let i = 0; i * stride < rows.length; i++) {
      image.data.set(rows.subarray(i * stride, (i + 1) * stride), (first + i * threads) * stride);
    }
  });
  return image;
}
