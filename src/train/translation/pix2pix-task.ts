// The training `pix2pix` on a user's pairs: pictures of one name in the folders `a` and `b`.
import { join } from 'node:path';
import type { TensorData } from '../../graph/engine.ts';
import { createGraph } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { prefixed } from '../../nets/gan/parameters.ts';
import type { Tensors } from '../adam.ts';
import { findBlockSize } from '../block-size.ts';
import { compile } from '../engine.ts';
import { createParameterSet } from '../parameter-set.ts';
import { createRandom, type Random } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { generate } from './networks.ts';
import { cropOf, type PictureSet, randomCrop, readPictureSet } from './picture-set.ts';
import { pix2pixStep } from './pix2pix-step.ts';
import { BATCH, discriminator, options, SIDE, unetGenerator } from './settings.ts';
import { featureTile, sheetOf, tileOf } from './sheet.ts';

const SHAPE = [BATCH, 3, SIDE, SIDE] as const;
/** Share of a block's activations that dropout keeps. */
const KEPT = 0.5;

/** Throws a RangeError if no picture has a partner. */
export async function pix2pixTask({
  data,
  seed,
  engine,
  showBottleneck,
}: TaskOptions): Promise<Task> {
  const [a, b] = (await Promise.all(
    ['a', 'b'].map((name) => readPictureSet(join(data, name), SIDE)),
  )) as [PictureSet, PictureSet];
  const names = a.names.filter((name) => b.pictures.has(name));
  if (names.length === 0)
    throw new RangeError(`${data}: expected pictures of one name in a and b, got none`);
  const graph = pix2pixStep({
    input: SHAPE,
    output: SHAPE,
    generator: unetGenerator,
    discriminator,
    loss: 'bce',
    weights: { adversarial: 1, l1: 100 },
    penalties: { l1: 0, l2: 0, orthogonal: 0 },
    rate: 2e-4,
    block: await findBlockSize(engine),
  });
  const pairs = (random: Random): { input: TensorData; target: TensorData } => {
    const input = new Float32Array(BATCH * 3 * SIDE * SIDE);
    const target = new Float32Array(input.length);
    for (let n = 0; n < BATCH; n += 1) {
      const name = random.pick(names);
      const crop = randomCrop(random);
      input.set(cropOf(a.pictures.get(name)!, SIDE, crop), n * 3 * SIDE * SIDE);
      target.set(cropOf(b.pictures.get(name)!, SIDE, crop), n * 3 * SIDE * SIDE);
    }
    return { input: { shape: SHAPE, data: input }, target: { shape: SHAPE, data: target } };
  };
  const drawing = createGraph();
  const { picture, bottleneck } = generate(
    drawing.input('input', SHAPE),
    prefixed(createParameterSet(drawing).parameter, 'generator'),
    { ...unetGenerator, outputs: 3 },
  );
  const program = await compile(writeOnnx(drawing, { picture, bottleneck: bottleneck! }), engine);
  return {
    graph,
    batches(step) {
      const random = createRandom(seed, step);
      const masks = [...graph.masks].map(([name, shape]): [string, TensorData] => [
        name,
        { shape, data: maskOf(random, shape) },
      ]);
      return { ...pairs(random), ...Object.fromEntries(masks) };
    },
    async sheet(weights, step) {
      const { input, target } = pairs(createRandom(seed, step, 1));
      const made = await program.run({ ...ofGenerator(weights), input });
      const rows = Array.from({ length: BATCH }, (_, n) => [
        tileOf(input, n),
        tileOf(made.picture!, n),
        tileOf(target, n),
        ...(showBottleneck ? [featureTile(made.bottleneck!, n, 4)] : []),
      ]);
      return sheetOf(rows);
    },
    exported: (weights) => new Map(Object.entries(ofGenerator(weights))),
    options,
  };
}

const ofGenerator = (weights: Tensors): Record<string, TensorData> =>
  Object.fromEntries([...weights].filter(([name]) => name.startsWith('generator.')));

function maskOf(random: Random, shape: readonly number[]): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: count }, () => (random.chance(KEPT) ? 1 / KEPT : 0));
}
