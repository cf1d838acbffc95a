import { describe, expect, it } from 'vitest';
import type { Checkpoint, JobPort } from '../../src/effects/job-port.ts';
import { createFrameStore } from '../../src/render/frame-store.ts';
import { makeImage } from '../helpers/files/make-image-files.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const { png } = await loadCodecs();

const frame = (f: number) =>
  makeImage(7, 5, (x, y) => [10 * x, 20 * y, 30 * f, f === 1 && x === 0 ? 0 : 255]);
const steps = [{ name: 'blur', ms: 12, report: { colors: 3 } }];

/** A job whose checkpoints are always due. */
function jobWith(resume?: Checkpoint) {
  const saved: Checkpoint[] = [];
  const job = {
    resume,
    due: () => true,
    checkpoint: async (state: Checkpoint) => void saved.push(state),
  } as unknown as JobPort;
  return { job, saved };
}

/** A checkpoint after so many frames. */
async function savedAfter(frames: number): Promise<Checkpoint> {
  const { job, saved } = jobWith();
  const store = createFrameStore(job, png);
  for (let f = 0; f < frames; f++) await store.keep({ image: frame(f), steps });
  expect(saved.map(({ step }) => step)).toEqual(Array.from({ length: frames }, (_, f) => f + 1));
  return saved.at(-1)!;
}

describe('the frames of an animation job', () => {
  it('come back from the last checkpoint, pixel by pixel, with the report of the first', async () => {
    const store = createFrameStore(jobWith(await savedAfter(3)).job, png);
    for (let f = 0; f < 3; f++) {
      const made = await store.restored();
      const right = frame(f);
      const { width, height, data } = made!.image;
      expect([width, height]).toEqual([7, 5]);
      for (let i = 0; i < data.length; i += 4) {
        const seen = data[i + 3] === 0 ? [0, 0, 0, 0] : [...data.subarray(i, i + 4)];
        const wanted = right.data[i + 3] === 0 ? [0, 0, 0, 0] : [...right.data.subarray(i, i + 4)];
        expect(seen).toEqual(wanted);
      }
      expect(made!.steps).toEqual([{ name: 'blur', ms: 0, report: { colors: 3 } }]);
    }
    expect(await store.restored()).toBeUndefined();
  });

  it('are kept together with those that an earlier attempt made', async () => {
    const { job, saved } = jobWith(await savedAfter(2));
    const store = createFrameStore(job, png);
    for (let f = 0; f < 2; f++) await store.restored();
    await store.keep({ image: frame(2), steps });
    expect(saved.map(({ step }) => step)).toEqual([3]);
    const again = createFrameStore(jobWith(saved[0]).job, png);
    const blues: number[] = [];
    for (let made = await again.restored(); made; made = await again.restored())
      blues.push(made.image.data[6]!);
    expect(blues).toEqual([0, 30, 60]);
  });

  it.each([
    ['nothing', undefined],
    [
      'the checkpoint of a step',
      { step: 4, notes: {}, tensors: { picture: { shape: [1], data: new Float32Array(1) } } },
    ],
    [
      'frames without a report',
      {
        step: 1,
        notes: { length0: '4' },
        tensors: { frame0: { shape: [1], data: new Float32Array(1) } },
      },
    ],
  ])('begin anew with %s to continue from', async (_, resume) => {
    const { job, saved } = jobWith(resume);
    const store = createFrameStore(job, png);
    expect(await store.restored()).toBeUndefined();
    await store.keep({ image: frame(0), steps });
    expect(saved.map(({ step, tensors }) => [step, Object.keys(tensors)])).toEqual([
      [1, ['frame0']],
    ]);
  });
});
