// Keeps the finished frames of an animation job in its checkpoints, so that a job whose backend died does not make them again.
import type { Codec } from '../codecs/codec.ts';
import type { JobPort } from '../effects/job-port.ts';
import type { Image } from '../image.ts';
import type { RunResult } from './run.ts';

/** Most bytes of kept frames. If there are more, the last checkpoint that had room stays. */
const MOST_BYTES = 64 * 2 ** 20;

/** What is kept of a frame: its picture, without loss; and what the steps reported, of the first frame alone. */
type Made = { image: Image; steps: RunResult['steps'] };

export type FrameStore = {
  /** The next frame, if an earlier attempt made it. Call it for each frame, in order. */
  restored: () => Promise<Made | undefined>;
  /** Keeps a frame that was made now, and saves a checkpoint if one is due. Does not keep the image. */
  keep: (made: Made) => Promise<void>;
};

/** Names of what a checkpoint has: each frame's file, with its length in bytes, and the steps of the first frame. */
const FRAME = 'frame';
const LENGTH = 'length';
const STEPS = 'steps';

/** The frames of a job, with those of its last checkpoint. */
export function createFrameStore(job: JobPort, png: Codec): FrameStore {
  let steps = stepsOf(job.resume);
  const files = steps ? filesOf(job.resume) : [];
  const old = files.length;
  let bytes = files.reduce((sum, { length }) => sum + length, 0);
  let next = 0;
  return {
    async restored() {
      const file = next < old ? files[next] : undefined;
      if (!file || !steps) return undefined;
      next++;
      return { image: await png.decode(file), steps: steps.map((step) => ({ ...step, ms: 0 })) };
    },
    async keep({ image, steps: made }) {
      steps ??= made;
      if (bytes > MOST_BYTES) return;
      const file = await png.encode(image, { quality: 100 });
      bytes += file.length;
      files.push(file);
      if (bytes <= MOST_BYTES && job.due('checkpoint')) await job.checkpoint(stateOf(files, steps));
    },
  };
}

function stateOf(files: readonly Uint8Array[], steps: RunResult['steps']) {
  const entries = files.map((file, i) => {
    // Files are stored bit by bit as numbers of four bytes.
    const padded = new Uint8Array(4 * Math.ceil(file.length / 4));
    padded.set(file);
    const data = new Float32Array(padded.buffer);
    return [`${FRAME}${i}`, { shape: [data.length], data }] as const;
  });
  const lengths = files.map((file, i) => [`${LENGTH}${i}`, String(file.length)] as const);
  return {
    step: files.length,
    notes: { ...Object.fromEntries(lengths), [STEPS]: JSON.stringify(steps) },
    tensors: Object.fromEntries(entries),
  };
}

function filesOf(resume: JobPort['resume']): Uint8Array[] {
  const files: Uint8Array[] = [];
  for (;;) {
    const data = resume?.tensors[`${FRAME}${files.length}`]?.data;
    const length = Number(resume?.notes[`${LENGTH}${files.length}`]);
    if (!data || !(length <= data.byteLength)) return files;
    files.push(new Uint8Array(data.buffer, data.byteOffset, length).slice());
  }
}

const stepsOf = (resume: JobPort['resume']): RunResult['steps'] | undefined => {
  const text = resume?.notes[STEPS];
  return text === undefined ? undefined : (JSON.parse(text) as RunResult['steps']);
};
