// Runs one recipe on one pair of pictures and keeps its previews.
import type { ReadModel } from '../../src/effects/effect.ts';
import type { JobPort } from '../../src/effects/job-port.ts';
import { optimizeStyle, type Planes } from '../../src/effects/style/optimise/optimise.ts';
import type { RecipeName } from '../../src/effects/style/optimise/recipe.ts';
import type { GraphEngine, Weights } from '../../src/graph/engine.ts';
import { createImage, type Image } from '../../src/image.ts';
import type { VARIANTS } from '../../src/nets/vgg19/weights.ts';

export type QualityRun = {
  recipe: RecipeName;
  init: 'content' | 'noise';
  seed: number;
  steps: number;
};

export type Outcome = {
  image: Image;
  /** Seconds of processor time, of all threads. */
  seconds: number;
  steps: number;
  /** The picture at each of `LOOKS`. */
  snapshots: { seconds: number; image: Image }[];
};

/** Seconds of processor time after which a run's picture is judged. */
export const LOOKS = [0.5, 1, 2, 4, 8, 16, 32];

export async function runQuality(
  { recipe, init, seed, steps }: QualityRun,
  pair: { content: Image; style: Image },
  use: { engine: GraphEngine; network: keyof typeof VARIANTS; weights: Weights },
): Promise<Outcome> {
  const { engine, network, weights } = use;
  const snapshots: Outcome['snapshots'] = [];
  const began = process.cpuUsage();
  const elapsed = (): number => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const job: JobPort & { model: ReadModel } = {
    engine,
    model: async () => weights,
    progress: () => {},
    due: (what) => what === 'preview' && elapsed() >= (LOOKS[snapshots.length] ?? Infinity),
    preview: async (image) => void snapshots.push({ seconds: elapsed(), image }),
    checkpoint: async () => {},
    resume: undefined,
    throwIfCanceled: () => {},
    elapsed,
  };
  const { picture, report } = await optimizeStyle(
    planesOf(pair.content),
    [{ picture: planesOf(pair.style), weight: 1 }],
    {
      recipe,
      weights: network,
      steps,
      init,
      seed,
      size: 'auto',
      seconds: 0,
      styleScale: 1,
      strength: 1,
    },
    job,
  );
  const seconds = elapsed();
  return { image: imageOf(picture), seconds, steps: Number(report.steps), snapshots };
}

function planesOf({ width, height, data }: Image): Planes {
  const count = width * height;
  const planes = Float32Array.from(
    { length: 3 * count },
    (_, i) => data[4 * (i % count) + Math.floor(i / count)]! / 255,
  );
  return { width, height, data: planes };
}

function imageOf({ width, height, data }: Planes): Image {
  const image = createImage({ width, height });
  const count = width * height;
  for (let i = 0; i < 3 * count; i++)
    image.data[4 * (i % count) + Math.floor(i / count)] = 255 * data[i]!;
  for (let i = 3; i < 4 * count; i += 4) image.data[i] = 255;
  return image;
}
