// Sample sheets of the slim network's training: pictures painted by optimisation against the teacher, and against the network.
import sharp from 'sharp';
import { arraySpace } from '../../fit/array-space.ts';
import { descend } from '../../fit/descend.ts';
import { gram } from '../../fit/losses/gram-loss.ts';
import { adam } from '../../fit/optimisers/optimisers.ts';
import type { Weights } from '../../graph/engine.ts';
import { gradients } from '../../graph/gradients.ts';
import { createGraph, type Value } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { add, div, square, sub } from '../../graph/ops/elementwise.ts';
import { sum } from '../../graph/ops/reduce.ts';
import { vgg19Features } from '../../nets/vgg19/vgg19.ts';
import type { Vgg19Variant } from '../../nets/vgg19/weights.ts';
import type { Tensors } from '../adam.ts';
import { createPlanes, type Planes } from '../data/planes.ts';
import { compile, type EngineOptions } from '../engine.ts';
import { exportedWeights } from './exported.ts';
import { STYLE_LAYERS, TEACHER } from './sizes.ts';

const SIDE = 128;
const STEPS = 60;

export type SheetPair = { content: Planes; style: Planes };
type Network = { variant: Vgg19Variant; weights: Weights };

/** Makes sheets: a row for each pair with content, style, the teacher's picture and the network's. */
export function createSheets(
  pairs: readonly SheetPair[],
  { teacher, engine }: { teacher: Weights; engine: EngineOptions },
) {
  const taught: Planes[] = [];
  return async (trained: Tensors): Promise<Uint8Array> => {
    const slim: Network = { variant: 'slim', weights: exportedWeights(teacher, trained) };
    const rows: Buffer[][] = [];
    for (const [i, { content, style }] of pairs.entries()) {
      const pair = { content: middle(content), style: middle(style) };
      taught[i] ??= await painted(pair, { variant: TEACHER, weights: teacher }, engine);
      const own = await painted(pair, slim, engine);
      rows.push(await Promise.all([pair.content, pair.style, taught[i], own].map(tile)));
    }
    const edge = SIDE + 4;
    const background = '#888';
    return sharp({
      create: { width: 4 * edge, height: edge * rows.length, channels: 3, background },
    })
      .composite(
        rows.flatMap((tiles, row) =>
          tiles.map((input, column) => ({ input, left: column * edge, top: row * edge })),
        ),
      )
      .png()
      .toBuffer();
  };
}

/** The content after some steps of Adam on the relative distances of Gram matrices to the style's, in all style layers alike. */
async function painted(
  { content, style }: SheetPair,
  network: Network,
  engine: EngineOptions,
): Promise<Planes> {
  const program = await compile(distanceGraph(network), engine);
  const shape = [1, 3, SIDE, SIDE];
  const optimizer = adam(arraySpace, { lr: 0.02, beta1: 0.9, beta2: 0.99 });
  try {
    const goal = { shape, data: style.data };
    const data = await descend({
      evaluate: async (position) => {
        const found = await program.run({ picture: { shape, data: position }, goal });
        const { loss, gradient } = found;
        return { loss: loss!.data[0]!, terms: {}, gradient: gradient!.data };
      },
      optimizer,
      start: content.data,
      steps: STEPS,
    });
    return { width: SIDE, height: SIDE, data };
  } finally {
    optimizer.dispose();
    await program.dispose();
  }
}

function distanceGraph(network: Network): Uint8Array {
  const graph = createGraph();
  const shape = [1, 3, SIDE, SIDE];
  const [picture, goal] = [graph.input('picture', shape), graph.input('goal', shape)];
  const layers = STYLE_LAYERS.map((name) => `relu${name}`);
  const grams = (of: Value): Value[] =>
    Object.values(vgg19Features(of, { ...network, layers })).map((each) => gram(each, 'positions'));
  const goals = grams(goal);
  const loss = grams(picture)
    .map((own, i) => div(sum(square(sub(own, goals[i]!))), sum(square(goals[i]!))))
    .reduce((total, term) => add(total, term));
  const gradient = gradients(loss, [picture])[0]!;
  return writeOnnx(graph, { loss, gradient });
}

/** The middle of a picture, SIDE × SIDE px. */
function middle(picture: Planes): Planes {
  const [left, top] = [(picture.width - SIDE) >> 1, (picture.height - SIDE) >> 1];
  const cut = createPlanes(SIDE, SIDE);
  for (let row = 0; row < 3 * SIDE; row += 1) {
    const from = (Math.floor(row / SIDE) * picture.height + top + (row % SIDE)) * picture.width;
    cut.data.set(picture.data.subarray(from + left, from + left + SIDE), row * SIDE);
  }
  return cut;
}

async function tile({ width, height, data }: Planes): Promise<Buffer> {
  const count = width * height;
  const bytes = Buffer.alloc(3 * count);
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) bytes[3 * i + c] = Math.round(255 * data[c * count + i]!);
  }
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
