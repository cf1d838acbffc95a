// The training `pixelart`: its data, step, schedule and sample sheets.
import { join } from 'node:path';
import { CELL_PIXELS } from '../../nets/pixelart/sizes.ts';
import { findBlockSize } from '../block-size.ts';
import { createRandom } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { createBatches } from './batches.ts';
import { isOfGenerator } from './draw.ts';
import { readLibrary } from './library.ts';
import { createSheets } from './sheet.ts';
import { pixelartStep } from './step-graph.ts';

/** Photographs, and as many drawn scenes, of a step. */
const BATCH = 4;
/** Cells along an edge of a crop. */
const SIZE = 32;
/** Pictures that judge the model, and are never trained on. */
const HELD_BACK = [
  'kodim04',
  'kodim08',
  'kodim09',
  'chelsea',
  'coffee',
  'rocket',
  'cvo9xd_keong_macan_srgb8',
  'u76c0g_bliznaca_srgb8',
];

/** Samples of each kind that are kept. */
const POOL = 192;

/** Steps over which rates rise to their full height. */
const RISE = 100;
/** Steps between which they fall to a twentieth, where the training ends. */
const FALL = [1600, 3200] as const;

function schedule(step: number): number {
  const t = Math.min(1, Math.max(0, (step - FALL[0]) / (FALL[1] - FALL[0])));
  return Math.min(1, step / RISE) * (1 - 0.95 * t);
}

/** Folders of the Dungeon Crawl sprites that hold whole figures and things. */
const FIGURES = ['mon', 'item', 'dngn/trees', 'dngn/statues', 'player/base', 'player/felids'];
const TILES = ['dngn/floor', 'dngn/wall'];

/**
 * The data set's folder has pictures in `photos` (and `paintings`) and sprites in `sprites`, those without transparency being floors;
 * or, instead of `sprites`, the tiles of Dungeon Crawl in `pixelart`.
 */
export async function pixelartTask({ data, seed, engine }: TaskOptions): Promise<Task> {
  const within = (...names: string[]): string[] => names.map((name) => join(data, name));
  const library = await readLibrary(createRandom(seed, 9), {
    photos: within('photos', 'paintings'),
    sprites: within('sprites', ...FIGURES.map((name) => join('pixelart', name))),
    tiles: within('sprites', ...TILES.map((name) => join('pixelart', name))),
    heldBack: HELD_BACK,
    crop: SIZE * CELL_PIXELS,
    scales: 5,
  });
  return {
    graph: pixelartStep({
      batch: BATCH,
      size: SIZE,
      weights: {
        adversarial: 0.6,
        paired: 4,
        chroma: 2,
        calm: 2.5,
        feature: 10,
        bounds: 2,
        edges: 0.5,
      },
      rates: { generator: 6e-4, discriminator: 6e-4 },
      block: await findBlockSize(engine),
    }),
    batches: createBatches(library, { seed, batch: BATCH, size: SIZE, pool: POOL }),
    sheet: await createSheets(library.held, engine),
    exported: (weights) => new Map([...weights].filter(([name]) => isOfGenerator(name))),
    options: { beta1: 0.5, beta2: 0.99, epsilon: 1e-8, clip: 10, decay: 0.998, schedule },
  };
}
