// The training `slim`: a perceptual network with VGG19's layers, distilled from the compressed VGG19.
import { findBlockSize } from '../block-size.ts';
import { createRandom } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { createBatches } from './batches.ts';
import { exportedWeights } from './exported.ts';
import { firstWeights } from './first-weights.ts';
import { measureMoments } from './moments.ts';
import { type PictureLibrary, readPictures, samplePicture } from './pictures.ts';
import { createSheets, type SheetPair } from './sheet.ts';
import { TEACHER } from './sizes.ts';
import { slimStep } from './step-graph.ts';

/** Given pictures of a step, and as many that are being optimised. */
const BATCH = 2;
/** Edge of a picture in px. */
const SIZE = 128;
/** Pictures from which the first channels are chosen. */
const FIRST_PICTURES = 48;
/** Pictures that judge the network, and are never trained on. */
const HELD_BACK = ['kodim04', 'kodim09', 'chelsea', 'coffee', 'keong_macan', 'bliznaca'];

const RATE = 1e-4;
/** Steps over which the rate rises to its full height. */
const RISE = 50;
/** Steps between which it falls to a fiftieth, where the training ends. */
const FALL = [800, 3000] as const;

function schedule(step: number): number {
  const t = Math.min(1, Math.max(0, (step - FALL[0]) / (FALL[1] - FALL[0])));
  return Math.min(1, step / RISE) * (1 - 0.98 * t);
}

/** Pictures that are held back, the first ones in the manner of the others; those that are trained on if there are too few. */
function pairsOf({ held, pictures }: PictureLibrary): SheetPair[] {
  const shown = held.length > 1 ? held : [...held, ...pictures].slice(0, 2);
  const half = Math.ceil(shown.length / 2);
  return shown.slice(0, half).map((content, i) => ({ content, style: shown[half + i] ?? content }));
}

/** The data set's folder has pictures in `photos` and `paintings`; the teacher's weights are installed. */
export async function slimTask({ data, seed, engine, model }: TaskOptions): Promise<Task> {
  const teacher = await model(TEACHER);
  const library = await readPictures(data, HELD_BACK);
  const samples = Array.from({ length: FIRST_PICTURES }, (_, i) =>
    samplePicture(createRandom(seed, 3, i), library, SIZE),
  );
  const first = firstWeights(
    teacher,
    await measureMoments(samples, { size: SIZE, teacher, engine }),
  );
  const block = await findBlockSize(engine);
  const graph = slimStep({ teacher, batch: BATCH, size: SIZE, rate: RATE, block });
  return {
    graph: { ...graph, groups: graph.groups.map((group) => ({ ...group, initial: () => first })) },
    batches: createBatches(library, { seed, batch: BATCH, size: SIZE }),
    sheet: createSheets(pairsOf(library), { teacher, engine }),
    exported: (weights) => exportedWeights(teacher, weights),
    options: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clip: 5, decay: 0.998, schedule },
  };
}
