// The port of a GPU-only step in memory: onnxruntime's cpu provider, weights, a clock that only work advances.
import type { ReadModel } from '../../../src/effects/effect.ts';
import type { Checkpoint, JobPort, Progress } from '../../../src/effects/job-port.ts';
import type { GraphEngine, TensorData, Weights } from '../../../src/graph/engine.ts';
import type { Image } from '../../../src/image.ts';
import { ortEngine } from '../nets/ort-engine.ts';

export type FakeJobPort = JobPort & {
  model: ReadModel;
  seen: { progress: Progress[]; previews: Image[]; checkpoints: Checkpoint[] };
  /** Number of compiled programs that are not disposed of. */
  open: () => number;
};

export type FakeJobPortOptions = {
  weights: Weights;
  device?: GraphEngine['device'];
  /** Seconds of one run per value of its input picture. */
  secondsPerValue?: number;
  /** Factor on the seconds of the next run. */
  slowdown?: () => number;
  /** Steps between checkpoints, and between previews. */
  checkpointEvery?: number;
  previewEvery?: number;
  resume?: Checkpoint | undefined;
  /** Called before every step; may throw. */
  throwIfCanceled?: (steps: number) => void;
  /** May change the results of a run. */
  alterResults?: (results: Record<string, TensorData>, run: number) => Record<string, TensorData>;
};

export function fakeJobPort(options: FakeJobPortOptions): FakeJobPort {
  const { weights, device = { kind: 'cuda', name: 'fake' }, secondsPerValue = 0 } = options;
  const seen: FakeJobPort['seen'] = { progress: [], previews: [], checkpoints: [] };
  let seconds = 0;
  let open = 0;
  let runs = 0;
  const engine: GraphEngine = {
    device,
    async compile(model) {
      const program = await ortEngine.compile(model);
      open += 1;
      return {
        async run(feeds) {
          seconds +=
            (feeds.picture?.data.length ?? 0) * secondsPerValue * (options.slowdown?.() ?? 1);
          runs += 1;
          const results = await program.run(feeds);
          return options.alterResults?.(results, runs) ?? results;
        },
        async dispose() {
          open -= 1;
          await program.dispose();
        },
      };
    },
  };
  const steps = (): number => seen.progress.length;
  const every = (n: number | undefined): boolean => n !== undefined && steps() % n === 0;
  return {
    engine,
    seen,
    open: () => open,
    model: async () => weights,
    progress: (progress) => void seen.progress.push(progress),
    due: (what) => every(what === 'preview' ? options.previewEvery : options.checkpointEvery),
    preview: async (image) => void seen.previews.push(image),
    // A copy, as in a real store, because the borrowed arrays change later.
    checkpoint: async (state) => void seen.checkpoints.push(structuredClone(state)),
    resume: options.resume,
    throwIfCanceled: () => options.throwIfCanceled?.(steps()),
    elapsed: () => seconds,
  };
}
