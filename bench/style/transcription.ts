// The reference for speed: five Gram losses of VGG19 to relu5_1 and their gradient, written as ONNX nodes in the plainest way.
import type { TensorData, Weights } from '../../src/graph/engine.ts';
import {
  type Attributes,
  createGraph,
  type ElementType,
  type Value,
} from '../../src/graph/graph.ts';
import { convWeights } from '../../src/nets/vgg19/weights.ts';

const LAYERS = '1_1 1_2 2_1 2_2 3_1 3_2 3_3 3_4 4_1 4_2 4_3 4_4 5_1'.split(' ');
const MEANS = [123.68, 116.779, 103.939].map((level) => level / 255);

const ints = (...values: number[]) => ({ ints: values });
const same = { pads: ints(1, 1, 1, 1), kernel_shape: ints(3, 3) };
const halves = { kernel_shape: ints(2, 2), strides: ints(2, 2) };
const nearest = {
  coordinate_transformation_mode: { string: 'asymmetric' },
  mode: { string: 'nearest' },
  nearest_mode: { string: 'floor' },
};

/** A part of the network: its output, and a function from the gradient of the output to the gradient of the input. */
type Part = { y: Value; pull: (dy: Value | undefined) => Value };

/** A graph with the input `picture` [1, 3, side, side] and the outputs `total` (the mean of the five losses) and `gradient`. */
export function transcription(side: number, weights: Weights, grams: Record<string, TensorData>) {
  const graph = createGraph();
  const picture = graph.input('picture', [1, 3, side, side]);
  const means = graph.constant(Float32Array.from(MEANS), [1, 3, 1, 1]);
  const parts: Part[] = [];
  const losses: Value[] = [];
  let x = node('Sub', [picture, means], picture.shape);
  for (const name of LAYERS) {
    if (name.endsWith('_1') && name !== '1_1') {
      parts.push(pooled(x));
      x = (parts.at(-1) as Part).y;
    }
    parts.push(convolved(x, weights, name));
    x = (parts.at(-1) as Part).y;
    const target = grams[`relu${name}`];
    if (!target) continue;
    const { loss, pull } = gramLoss(x, target);
    parts.push({ y: x, pull });
    losses.push(loss);
  }
  const total = losses.reduce((sum, loss) => node('Add', [sum, loss], []));
  const gradient = parts.reduceRight<Value | undefined>((dy, { pull }) => pull(dy), undefined);
  return { graph, outputs: { total, gradient: gradient as Value } };
}

function node(
  op: string,
  inputs: (Value | undefined)[],
  shape: readonly number[],
  attributes: Attributes = {},
  type: ElementType = 'float32',
): Value {
  return (inputs[0] as Value).graph.apply({ op, inputs, shape, type, attributes });
}

/** 1 where `op` holds, 0 elsewhere. */
function mask(op: 'Equal' | 'Greater', a: Value, b: Value): Value {
  return node('Cast', [node(op, [a, b], a.shape, {}, 'bool')], a.shape, { to: { int: 1 } });
}

function pooled(x: Value): Part {
  const [n = 1, c = 1, h = 1, w = 1] = x.shape;
  const y = node('MaxPool', [x], [n, c, h / 2, w / 2], halves);
  const enlarged = (value: Value) =>
    node('Resize', [value, undefined, undefined, x.graph.ints(x.shape)], x.shape, nearest);
  const pull = (dy: Value | undefined) =>
    node('Mul', [mask('Equal', x, enlarged(y)), enlarged(dy as Value)], x.shape);
  return { y, pull };
}

function convolved(x: Value, weights: Weights, name: string): Part {
  const { filter, bias } = convWeights(weights, 'vgg19', name);
  const [o = 1] = filter.shape;
  const shape = [1, o, ...x.shape.slice(2)];
  const [w, b] = [filter, bias].map(({ data, shape }) => x.graph.constant(data, shape));
  const y = node('Relu', [node('Conv', [x, w, b], shape, same)], shape);
  const pull = (dy: Value | undefined) => {
    const passed = node('Mul', [dy, mask('Greater', y, x.graph.scalar(0))], shape);
    return node('Conv', [passed, flipped(x, filter)], x.shape, same);
  };
  return { y, pull };
}

/** The filter rotated by 180°, with inputs and outputs exchanged. */
function flipped({ graph }: Value, { shape: [o = 1, c = 1], data }: TensorData): Value {
  const turned = new Float32Array(data.length);
  for (let i = 0; i < o; i++)
    for (let j = 0; j < c; j++)
      for (let k = 0; k < 9; k++) turned[(j * o + i) * 9 + 8 - k] = data[(i * c + j) * 9 + k]!;
  return graph.constant(turned, [c, o, 3, 3]);
}

/** A fifth of the mean square difference of Gram matrices; its gradient is added to that of the deeper layers. */
function gramLoss(x: Value, target: TensorData) {
  const { graph, shape } = x;
  const [, o = 1, h = 1, w = 1] = shape;
  const f = node('Reshape', [x, graph.ints([o, h * w])], [o, h * w]);
  const product = node('MatMul', [f, node('Transpose', [f], [h * w, o])], [o, o]);
  const gram = node('Mul', [product, graph.scalar(1 / (h * w))], [o, o]);
  const off = node('Sub', [gram, graph.constant(target.data, target.shape)], [o, o]);
  const mean = node('ReduceMean', [node('Mul', [off, off], [o, o])], [], { keepdims: { int: 0 } });
  const loss = node('Mul', [mean, graph.scalar(1 / 5)], []);
  const scale = graph.scalar(4 / (5 * h * w * o * o));
  const pull = (dy: Value | undefined) => {
    const slope = node('Mul', [node('MatMul', [off, f], [o, h * w]), scale], [o, h * w]);
    const own = node('Reshape', [slope, graph.ints(shape)], shape);
    return dy ? node('Add', [dy, own], shape) : own;
  };
  return { loss, pull };
}
