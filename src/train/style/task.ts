// The training `style`: its pictures, step, schedule and sample sheets.
import { join } from 'node:path';
import { findBlockSize } from '../block-size.ts';
import { createRandom } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { createBatches } from './batches.ts';
import { readContents } from './contents.ts';
import { exportedStyles } from './exported.ts';
import { stylePictures } from './pictures/pictures.ts';
import { createSheets } from './sheet.ts';
import { styleStep, VGG19 } from './step-graph.ts';
import { targetsOf } from './targets.ts';

/** Pictures of a step, each in another style. */
export const BATCH = 1;
/** Edge of a picture in pixels. */
export const SIZE = 128;
const RATE = 2e-3;
/** Pictures that judge the model, and are never trained on. */
export const HELD_BACK = ['kodim04', 'kodim08', 'kodim09', 'chelsea', 'rocket', 'coffee'];

/** Steps over which the rate rises to its full height. */
const RISE = 20;
/** Steps between which it falls to a twentieth, where the training ends. */
const FALL = [7000, 10000] as const;

function schedule(step: number): number {
  const t = Math.min(1, Math.max(0, (step - FALL[0]) / (FALL[1] - FALL[0])));
  return Math.min(1, step / RISE) * (1 - 0.95 * t);
}

/** The folder of the data set has photographs in `photos` and paintings in `paintings`. `npm run models vgg19-small` has to come first. */
export async function styleTask({ data, seed, engine, model }: TaskOptions): Promise<Task> {
  const weights = await model(VGG19);
  const contents = await readContents(createRandom(seed, 9), {
    folders: [join(data, 'photos')],
    heldBack: HELD_BACK,
    size: SIZE,
  });
  const pictures = await stylePictures(join(data, 'paintings'));
  const styles = [];
  for (const { picture, amounts } of pictures) {
    styles.push({ targets: await targetsOf(picture, { weights, engine }), amounts });
  }
  return {
    graph: styleStep({
      batch: BATCH,
      size: SIZE,
      styles: styles.length,
      weights,
      rate: RATE,
      block: await findBlockSize(engine),
    }),
    batches: createBatches(contents, styles, { seed, batch: BATCH, size: SIZE }),
    sheet: await createSheets(contents.held, styles.length, engine),
    exported: (trained) =>
      exportedStyles(
        trained,
        pictures.map(({ name }) => name),
      ),
    options: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clip: 5, decay: 0.995, schedule },
  };
}
