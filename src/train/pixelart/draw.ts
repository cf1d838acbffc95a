// Draws whole pictures with a generator that is in training, as sample sheets show them.
import type { GraphProgram } from '../../graph/engine.ts';
import { createGraph } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { pixelartGenerator } from '../../nets/pixelart/generator.ts';
import { CELL_PIXELS, INPUT_CHANNELS } from '../../nets/pixelart/sizes.ts';
import type { Tensors } from '../adam.ts';
import { blurPlane } from '../data/blur.ts';
import { cellMeans, lumasOf, writeInput } from '../data/network-input.ts';
import { createPlanes, lumaPlane, type Planes } from '../data/planes.ts';
import { createParameterSet } from '../parameter-set.ts';

/** A model that draws size × size cells; its inputs are the weights and `x` [1, 32, size, size]. */
export function drawingGraph(size: number): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', [1, INPUT_CHANNELS, size, size]);
  const { luma, base, gain } = pixelartGenerator(x, createParameterSet(graph).parameter);
  return writeOnnx(graph, { luma, base, gain });
}

/** Whether a parameter is one of the generator's. */
export const isOfGenerator = (name: string): boolean => /^(stem|block\d|head)\./.test(name);

/** The cells' mean colours, and the cells as the generator draws them. */
export type Drawing = { mean: Planes; drawn: Planes };

/** Draws a square picture with 4 pixels a cell. `detail` 0…1 is the share of raw luma that the network sees. */
export async function draw(
  program: GraphProgram,
  weights: Tensors,
  picture: Planes,
  detail: number,
): Promise<Drawing> {
  const size = picture.width / CELL_PIXELS;
  const input = new Float32Array(INPUT_CHANNELS * size * size);
  writeInput(lumasOf(picture), detail, input);
  const generator = [...weights].filter(([name]) => isOfGenerator(name));
  const out = await program.run({
    ...Object.fromEntries(generator),
    x: { shape: [1, INPUT_CHANNELS, size, size], data: input },
  });
  const mean = meanCells(picture);
  return { mean, drawn: coloured(mean, out.luma!.data, out.gain!.data) };
}

function meanCells({ width, height, data }: Planes): Planes {
  const cells = createPlanes(width / CELL_PIXELS, height / CELL_PIXELS);
  const count = width * height;
  const small = cells.width * cells.height;
  for (let c = 0; c < 3; c += 1) {
    cells.data.set(cellMeans(data.subarray(c * count, (c + 1) * count), width, height), c * small);
  }
  return cells;
}

/** The drawn luma with the means' chroma, whose high band is raised by the gain. */
function coloured(mean: Planes, luma: Float32Array, gain: Float32Array): Planes {
  const drawn = createPlanes(mean.width, mean.height);
  const count = luma.length;
  const before = lumaPlane(mean);
  for (const c of [0, 1, 2]) {
    const chroma = mean.data
      .subarray(c * count, (c + 1) * count)
      .map((value, i) => value - before[i]!);
    const low = blurPlane(chroma, mean, 1);
    for (let i = 0; i < count; i += 1) {
      const value = luma[i]! + chroma[i]! + gain[i]! * (chroma[i]! - low[i]!);
      drawn.data[c * count + i] = Math.min(1, Math.max(0, value));
    }
  }
  return drawn;
}
