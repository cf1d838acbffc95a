// Writes networks with the layout of fast style transfer as TFLite files with meaningless names.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { createTflite, halves, quantised } from './write-tflite.ts';

const [ADD, CONV, DEPTHWISE, DEQUANTIZE, MUL, MEAN, SUB, RSQRT, SQUARED_DIFFERENCE] = [
  0, 3, 4, 6, 18, 40, 41, 76, 99,
];

export type Changes = {
  epsilon?: number;
  /** Bias of the normalised layers. */
  bias?: number;
  /** Number of convolutions to leave out at the end. */
  fewer?: number;
};

const of = (weights: Weights, name: string): TensorData => weights.get(name) as TensorData;

/** [height, width, in, out] as [out, height, width, in]. */
function toOhwi({ shape, data }: TensorData): { shape: number[]; data: Float32Array } {
  const [height = 1, width = 1, inner = 1, outer = 1] = shape;
  const turned = new Float32Array(data.length);
  for (const [i, value] of data.entries()) {
    turned[(i % outer) * (data.length / outer) + Math.floor(i / outer)] = value;
  }
  return { shape: [outer, height, width, inner], data: turned };
}

/** The transfer network's file; `weights` as `convertFastStyle` returns them. */
export function writeTransfer(weights: Weights, changes: Changes = {}): Uint8Array {
  const { epsilon = 1e-5, bias = 0, fewer = 0 } = changes;
  const file = createTflite();
  const constant = (shape: readonly number[], values: Float32Array): number =>
    file.operator(DEQUANTIZE, [file.tensor(halves(shape, values))], shape);
  const content = file.tensor({ shape: [1, 384, 384, 3] });
  const vector = file.tensor({ shape: [1, 1, 1, 100] });
  const projection = (name: string): number => {
    const [numbers = 0, channels = 0] = of(weights, `${name}.weight`).shape;
    const { data } = of(weights, `${name}.weight`);
    const filter = toOhwi({ shape: [1, 1, numbers, channels], data });
    const values = of(weights, `${name}.bias`);
    return file.operator(CONV, [
      vector,
      constant(filter.shape, filter.data),
      constant(values.shape, values.data),
    ]);
  };
  const norm = (x: number, name: string): number => {
    const beta = projection(`${name}.beta`);
    const axes = file.tensor({ shape: [2], type: 2, bytes: Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0) });
    const mean = file.operator(MEAN, [x, axes]);
    const squares = file.operator(SQUARED_DIFFERENCE, [x, mean]);
    const variance = file.operator(MEAN, [squares, axes]);
    const sum = file.operator(ADD, [variance, constant([], Float32Array.of(epsilon))]);
    const root = file.operator(RSQRT, [sum]);
    const factor = file.operator(MUL, [root, projection(`${name}.gamma`)]);
    const scaled = file.operator(MUL, [x, factor]);
    const shift = file.operator(SUB, [beta, file.operator(MUL, [mean, factor])]);
    return file.operator(ADD, [scaled, shift]);
  };
  const names = [...weights.keys()].filter((name) => /^[a-z0-9]+(\.conv\d)?\.weight$/.test(name));
  let x = content;
  for (const full of names.slice(0, names.length - fewer)) {
    const name = full.replace(/\.weight$/, '');
    const filter = toOhwi(of(weights, full));
    const values = weights.get(`${name}.bias`)?.data;
    const biases = values ?? new Float32Array(filter.shape[0] as number).fill(bias);
    const operands = [x, constant(filter.shape, filter.data), constant([biases.length], biases)];
    x = file.operator(CONV, operands);
    if (!values) x = norm(x, name);
  }
  return file.file([content, vector]);
}

/** The predictor's file; `weights` as `convertFastStylePredictor` returns them, biases in steps of `biasScale`. */
export function writePredictor(
  weights: Weights,
  { biasScale, zeroPoint = 0 }: { biasScale: number; zeroPoint?: number },
): Uint8Array {
  const file = createTflite();
  const picture = file.tensor({ shape: [1, 256, 256, 3] });
  let x = picture;
  for (const full of [...weights.keys()].filter((name) => name.endsWith('.weight'))) {
    const name = full.replace(/\.weight$/, '');
    const depthwise = name.endsWith('.depthwise');
    const weight = of(weights, full);
    const [height = 0, width = 0, channels = 0] = weight.shape;
    const filter = depthwise
      ? { shape: [1, height, width, channels], data: weight.data }
      : toOhwi(weight);
    const scales = [...of(weights, `${name}.scale`).data];
    const biases = Int32Array.from(of(weights, `${name}.bias`).data, (b) => b / biasScale);
    const written = quantised(filter.shape, Int8Array.from(filter.data), scales);
    const zeroPoints = scales.map(() => zeroPoint);
    x = file.operator(depthwise ? DEPTHWISE : CONV, [
      x,
      file.tensor({ ...written, zeroPoints }),
      file.tensor(
        quantised(
          [scales.length],
          biases,
          scales.map(() => biasScale),
        ),
      ),
    ] as number[]);
  }
  return file.file([picture]);
}
