// A long hybrid that runs as a job: progress with losses, previews, checkpoints, and cancelling.
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, JobPort, Progress } from '../../../src/effects/job-port.ts';
import type { Image } from '../../../src/image.ts';
import { maxDifference, paint, run } from '../../helpers/files/pictures.ts';

const near = paint({ width: 24, height: 16 }, (x, y) => [10 * x, 15 * y, (x * y) % 256]);
const far = paint({ width: 24, height: 16 }, (x) => (x < 12 ? [30, 60, 200] : [220, 180, 40]));
const PLAN = 'hybrid,far=asset:far,mode=reference,steps=12,lr=3';

type Options = {
  resume?: Checkpoint;
  /** Steps between previews, and between checkpoints. */
  every?: number;
  /** Throws before the step after this one. */
  cancelAfter?: number;
};

const CANCELED = new Error('canceled');

function jobPort({ resume, every = 4, cancelAfter }: Options = {}) {
  const seen = {
    progress: [] as Progress[],
    previews: [] as Image[],
    checkpoints: [] as Checkpoint[],
  };
  let seconds = 0;
  const isDue = (): boolean => (seen.progress.at(-1)?.step ?? 0) % every === 0;
  const job: JobPort = {
    engine: {
      device: { kind: 'cpu', name: 'none' },
      compile: () => Promise.reject(new Error('no graphs here')),
    },
    progress(progress) {
      seen.progress.push(progress);
      seconds += 0.4;
    },
    due: isDue,
    preview: async (image) => void seen.previews.push(image),
    // A copy, because the arrays are borrowed.
    checkpoint: async (state) => void seen.checkpoints.push(structuredClone(state)),
    resume,
    throwIfCanceled() {
      if (cancelAfter !== undefined && seen.progress.length >= cancelAfter) throw CANCELED;
    },
    elapsed: () => seconds,
  };
  return { job, seen };
}

const hybrid = (job: JobPort, plan = PLAN) =>
  run(plan, near, { further: { 'asset:far': far }, job });

describe('a hybrid that runs as a job', () => {
  it('reports each step with falling losses, and the last with those of the report', async () => {
    const { job, seen } = jobPort();
    const { report } = await hybrid(job);
    expect(seen.progress.map(({ step, steps }) => [step, steps])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i + 1, 12]),
    );
    const totals = seen.progress.map(({ losses }) => losses.total!);
    expect(totals.at(-1)).toBeLessThan(totals[0]!);
    const reported = (report.losses as Record<string, number>[]).at(-1)!;
    const { total, near: nearLoss, far: farLoss } = seen.progress.at(-1)!.losses;
    expect(total).toBeCloseTo(reported.loss!, 6);
    expect([nearLoss, farLoss].every((loss) => loss! > 0)).toBe(true);
  });

  it('has the same result as without a job, and shows it while it grows', async () => {
    const { job, seen } = jobPort();
    const { image } = await hybrid(job);
    const plain = await run(PLAN, near, { further: { 'asset:far': far } });
    expect(maxDifference(image, plain.image)).toBe(0);
    expect(seen.previews).toHaveLength(3);
    for (const { width, height } of seen.previews) expect([width, height]).toEqual([24, 16]);
    expect(maxDifference(seen.previews.at(-1)!, image)).toBe(0);
  });

  it('continues from a checkpoint as if it had not been interrupted', async () => {
    const whole = jobPort();
    const expected = await hybrid(whole.job);
    const [, saved] = whole.seen.checkpoints;
    expect(saved!.step).toBe(8);
    const rest = jobPort({ resume: saved! });
    const { image, report } = await hybrid(rest.job);
    expect(rest.seen.progress.map(({ step }) => step)).toEqual([9, 10, 11, 12]);
    expect(maxDifference(image, expected.image)).toBe(0);
    expect(report).toEqual(expected.report);
  });

  it.each([
    [
      'of another shape',
      { tensors: { position: { shape: [4, 4, 3], data: new Float32Array(48) } } },
    ],
    ['of another effect', { notes: { kind: 'style' } }],
    ['that is damaged', { notes: { kind: 'hybrid', losses: '[' } }],
  ])('starts anew with a checkpoint %s', async (_, change) => {
    const first = jobPort();
    await hybrid(first.job);
    const resume = { ...first.seen.checkpoints[0]!, ...change };
    const { job, seen } = jobPort({ resume });
    await hybrid(job);
    expect(seen.progress[0]!.step).toBe(1);
  });

  it('ends between two steps when it is canceled, and leaves no tensor', async () => {
    const before = memory().numTensors;
    const { job, seen } = jobPort({ cancelAfter: 5 });
    await expect(hybrid(job)).rejects.toBe(CANCELED);
    expect(seen.progress).toHaveLength(5);
    expect(memory().numTensors).toBe(before);
  });

  it('of two in one plan continues only with its own checkpoint, and saves none over it', async () => {
    const plan = `${PLAN}/${PLAN}`;
    const whole = jobPort({ every: 8 });
    const expected = await hybrid(whole.job, plan);
    const [first, second] = whole.seen.checkpoints;
    expect([first!.step, second!.step]).toEqual([8, 8]);
    const rest = jobPort({ every: 8, resume: second! });
    const { image } = await hybrid(rest.job, plan);
    expect(maxDifference(image, expected.image)).toBe(0);
    const steps = rest.seen.progress.map(({ step }) => step);
    expect(steps).toEqual([...Array.from({ length: 12 }, (_, i) => i + 1), 9, 10, 11, 12]);
    expect(rest.seen.checkpoints).toEqual([]);
  });
});
