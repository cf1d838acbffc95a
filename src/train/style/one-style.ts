// The training of one further style for the trained network, from a picture of the user: only the style's own numbers change.
import { join } from 'node:path';
import type { Weights } from '../../graph/engine.ts';
import { NETWORK } from '../../nets/named-styles/names.ts';
import { STYLE_LENGTHS } from '../../nets/named-styles/sizes.ts';
import type { Tensors } from '../adam.ts';
import { findBlockSize } from '../block-size.ts';
import { readPicture } from '../data/read-pictures.ts';
import { createRandom } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { createBatches } from './batches.ts';
import { readContents } from './contents.ts';
import { exportedStyles } from './exported.ts';
import { AMOUNTS, SHORT_SIDE } from './pictures/pictures.ts';
import { createSheets } from './sheet.ts';
import { styleStep, styleTable, VGG19 } from './step-graph.ts';
import { targetsOf } from './targets.ts';
import { BATCH, HELD_BACK, SIZE } from './task.ts';

export type OwnStyle = { picture: string; name: string };

/** Names of styles in URLs. */
const NAME = /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const RATE = 5e-3;
/** Steps over which the rate rises. It falls to a twentieth over the last three fifths. */
const RISE = 10;
export const OWN_STEPS = 300;

/** Throws a RangeError for a name that a URL cannot have or that is taken by another style of the project. */
export async function oneStyleTask(
  { data, seed, engine, model }: TaskOptions,
  { picture, name }: OwnStyle,
): Promise<Task> {
  if (!NAME.test(name))
    throw new RangeError(`--name: expected lower-case words joined by -, got "${name}"`);
  const network = await model(NETWORK);
  if (network.has(`${name}/last.filter`))
    throw new RangeError(`--name: expected a name that no style of the project has, got "${name}"`);
  const weights = await model(VGG19);
  const contents = await readContents(createRandom(seed, 9), {
    folders: [join(data, 'photos')],
    heldBack: HELD_BACK,
    size: SIZE,
  });
  const targets = await targetsOf(await readPicture(picture, SHORT_SIDE), { weights, engine });
  const filters: Tensors = new Map([...network].filter(([key]) => !key.includes('/')));
  const graph = styleStep({
    batch: BATCH,
    size: SIZE,
    styles: 1,
    weights,
    rate: RATE,
    frozen: filters,
    block: await findBlockSize(engine),
  });
  const first = meanOfStyles(network);
  const sheets = await createSheets(contents.held, 1, engine);
  return {
    graph: { ...graph, groups: graph.groups.map((group) => ({ ...group, initial: () => first })) },
    batches: createBatches(contents, [{ targets, amounts: AMOUNTS }], {
      seed,
      batch: BATCH,
      size: SIZE,
    }),
    sheet: (own) => sheets(new Map([...filters, ...own])),
    exported: (own) => exportedStyles(own, [name]),
    options: {
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      clip: 5,
      decay: 0.98,
      schedule: (step) =>
        Math.min(1, step / RISE) *
        (1 - 0.95 * Math.min(1, Math.max(0, step / OWN_STEPS - 0.4) / 0.6)),
    },
  };
}

/** The numbers halfway between all known styles, as tables of one style. */
function meanOfStyles(network: Weights): Tensors {
  return new Map(
    Object.entries(STYLE_LENGTHS).map(([name, length]) => {
      const all = [...network].filter(([key]) => key.endsWith(`/${name}`));
      const data = new Float32Array(length);
      for (const [, tensor] of all) {
        for (let i = 0; i < length; i += 1) data[i]! += tensor.data[i]! / all.length;
      }
      return [styleTable(name), { shape: [1, length], data }];
    }),
  );
}
