// Sample sheets of the style training: a row for each style, a column for each content.
import { createGraph } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { namedStyleNetwork } from '../../nets/named-styles/graph.ts';
import type { Tensors } from '../adam.ts';
import { createPlanes, type Planes } from '../data/planes.ts';
import { compile, type EngineOptions } from '../engine.ts';
import { createParameterSet } from '../parameter-set.ts';
import { sheetOf, type Tile } from '../translation/sheet.ts';
import { chosenParameter } from './step-graph.ts';

/** Pixels along an edge of a sample. */
const SIDE = 256;
const MOST_PICTURES = 6;

/** Makes sheets of these pictures, their middles in every style. */
export async function createSheets(
  pictures: readonly Planes[],
  styles: number,
  engine: EngineOptions,
) {
  const graph = createGraph();
  const x = graph.input('x', [1, 3, SIDE, SIDE]);
  const set = createParameterSet(graph);
  const chosen = chosenParameter(set, graph.input('chosen', [1, styles]), styles);
  const made = namedStyleNetwork(x, set.parameter, chosen);
  const program = await compile(writeOnnx(graph, { made }), engine);
  const crops = pictures.slice(0, MOST_PICTURES).map(middle);
  return async (weights: Tensors): Promise<Uint8Array> => {
    const rows: Tile[][] = [crops.map(tileOf)];
    for (let style = 0; style < styles; style += 1) {
      const row: Tile[] = [];
      const one = new Float32Array(styles);
      one[style] = 1;
      for (const { data } of crops) {
        const out = await program.run({
          ...Object.fromEntries(weights),
          x: { shape: x.shape, data },
          chosen: { shape: [1, styles], data: one },
        });
        row.push(tileOf({ width: SIDE, height: SIDE, data: out.made!.data }));
      }
      rows.push(row);
    }
    return sheetOf(rows);
  };
}

function middle(picture: Planes): Planes {
  const x = (picture.width - SIDE) >> 1;
  const y = (picture.height - SIDE) >> 1;
  const crop = createPlanes(SIDE, SIDE);
  for (let c = 0; c < 3; c += 1) {
    for (let row = 0; row < SIDE; row += 1) {
      const from = (c * picture.height + y + row) * picture.width + x;
      crop.data.set(picture.data.subarray(from, from + SIDE), (c * SIDE + row) * SIDE);
    }
  }
  return crop;
}

function tileOf({ width, height, data }: Planes): Tile {
  const area = width * height;
  const rgb = new Uint8Array(3 * area);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      rgb[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, data[c * area + i]!)));
    }
  }
  return { width, height, rgb };
}
