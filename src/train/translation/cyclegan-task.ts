// The training `cyclegan` on a user's pictures: two sets without pairs in the folders `a` and `b`.
import { join } from 'node:path';
import type { TensorData } from '../../graph/engine.ts';
import { createGraph } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { prefixed } from '../../nets/gan/parameters.ts';
import { findBlockSize } from '../block-size.ts';
import { compile } from '../engine.ts';
import { createParameterSet } from '../parameter-set.ts';
import { createRandom, type Random } from '../random.ts';
import type { Task, TaskOptions } from '../task.ts';
import { cycleganStep } from './cyclegan-step.ts';
import { createImagePool } from './image-pool.ts';
import { generate } from './networks.ts';
import { cropOf, type PictureSet, randomCrop, readPictureSet } from './picture-set.ts';
import { BATCH, discriminator, options, resnetGenerator, SIDE } from './settings.ts';
import { sheetOf, tileOf } from './sheet.ts';

const SHAPE = [BATCH, 3, SIDE, SIDE] as const;
const LENGTH = 3 * SIDE * SIDE;
/** Earlier pictures that each pool keeps. */
const POOL = 50;

/** Throws a RangeError if a folder has no pictures. */
export async function cycleganTask({ data, seed, engine }: TaskOptions): Promise<Task> {
  const [a, b] = (await Promise.all(
    ['a', 'b'].map((name) => readPictureSet(join(data, name), SIDE)),
  )) as [PictureSet, PictureSet];
  const batchOf = (random: Random, { names, pictures }: PictureSet): TensorData => {
    const values = new Float32Array(BATCH * LENGTH);
    for (let n = 0; n < BATCH; n += 1) {
      const picture = pictures.get(random.pick(names))!;
      values.set(cropOf(picture, SIDE, randomCrop(random)), n * LENGTH);
    }
    return { shape: SHAPE, data: values };
  };
  const pools = { a: createImagePool(POOL), b: createImagePool(POOL) };
  // Before the first step nothing has been generated.
  const pooled = { a: batchOf(createRandom(seed, 0), a), b: batchOf(createRandom(seed, 0), b) };
  const drawing = createGraph();
  const { parameter } = createParameterSet(drawing);
  const how = { ...resnetGenerator, outputs: 3 };
  const [x, y] = [drawing.input('x', SHAPE), drawing.input('y', SHAPE)];
  const program = await compile(
    writeOnnx(drawing, {
      b: generate(x, prefixed(parameter, 'a to b'), how).picture,
      a: generate(y, prefixed(parameter, 'b to a'), how).picture,
    }),
    engine,
  );
  return {
    graph: cycleganStep({
      picture: SHAPE,
      generator: resnetGenerator,
      discriminator,
      loss: 'lsgan',
      weights: { adversarial: 1, cycle: 10, identity: 5 },
      rate: 2e-4,
      block: await findBlockSize(engine),
    }),
    batches(step) {
      const random = createRandom(seed, step);
      return {
        a: batchOf(random, a),
        b: batchOf(random, b),
        'pooled a': pooled.a,
        'pooled b': pooled.b,
      };
    },
    after(step, outputs) {
      const random = createRandom(seed, step, 2);
      for (const name of ['a', 'b'] as const) {
        const made = outputs[`made ${name}`]!.data;
        const pictures = Array.from({ length: BATCH }, (_, n) =>
          made.subarray(n * LENGTH, (n + 1) * LENGTH),
        );
        const values = new Float32Array(BATCH * LENGTH);
        for (const [n, picture] of pools[name].exchange(pictures, random).entries()) {
          values.set(picture, n * LENGTH);
        }
        pooled[name] = { shape: SHAPE, data: values };
      }
    },
    async sheet(weights, step) {
      const random = createRandom(seed, step, 1);
      const [fromA, fromB] = [batchOf(random, a), batchOf(random, b)];
      const generators = Object.fromEntries([...weights].filter(([name]) => name.includes(' to ')));
      const made = await program.run({ ...generators, x: fromA, y: fromB });
      return sheetOf(
        Array.from({ length: BATCH }, (_, n) => [
          tileOf(fromA, n),
          tileOf(made.b!, n),
          tileOf(fromB, n),
          tileOf(made.a!, n),
        ]),
      );
    },
    exported: (weights) => new Map([...weights].filter(([name]) => name.includes(' to '))),
    options,
  };
}
