// Converts the transfer network's TFLite file. It finds the layers by their use in the graph.
import { readFile } from 'node:fs/promises';
import type { TensorData } from '../../../src/graph/engine.ts';
import type { Converted } from './converters.ts';
import {
  ADD,
  CONV_2D,
  DEQUANTIZE,
  floatsOf,
  MEAN,
  MUL,
  RSQRT,
  readTflite,
  SUB,
  type TfliteGraph,
  type TfliteOperator,
  type TfliteTensor,
} from './tflite.ts';
import { toHwio } from './to-hwio.ts';

const plain = ['contract1', 'contract2', 'contract3'];
const normalised = [
  ...[1, 2, 3, 4, 5].flatMap((n) => [`residual${n}.conv1`, `residual${n}.conv2`]),
  'expand1',
  'expand2',
  'expand3',
];

/** 1e-5 in half precision, a constant of the network. */
const EPSILON = 168 * 2 ** -24;

/**
 * `contract1` to `contract3` with `.weight` [height, width, in, out] and `.bias`; `residual1.conv1` to `expand3` with
 * `.weight`, and `.gamma` and `.beta`, each a `.weight` [numbers of the style vector, out] and a `.bias`. They are float16 in
 * the file and are stored as float16. Throws `Error` if something is not as expected.
 */
export async function convertFastStyle([path = '']: readonly string[]): Promise<Converted> {
  const graph = createGraph(readTflite(await readFile(path)));
  const [, vector] = graph.inputs;
  const convolutions = graph.operators.filter(
    ({ code, inputs }) => code === CONV_2D && inputs[0] !== vector,
  );
  const names = [...plain, ...normalised];
  if (!vector || convolutions.length !== names.length) {
    throw new Error(
      `expected a style vector and ${names.length} convolutions, got ${convolutions.length}`,
    );
  }
  const tensors = new Map<string, TensorData>();
  for (const [i, convolution] of convolutions.entries()) {
    const name = names[i] as string;
    const { weight, bias } = layerOf(graph, name, convolution);
    tensors.set(`${name}.weight`, weight);
    if (plain.includes(name)) tensors.set(`${name}.bias`, bias);
    else addNorm({ graph, tensors, name, vector }, convolution, bias);
  }
  return { tensors, dtype: 'F16' };
}

type Graph = ReturnType<typeof createGraph>;

function createGraph({ inputs, operators }: TfliteGraph) {
  const makers = new Map(operators.map((operator) => [operator.outputs[0], operator]));
  const maker = (tensor: TfliteTensor | undefined): TfliteOperator | undefined =>
    tensor && makers.get(tensor);
  return {
    inputs,
    operators,
    maker,
    /** The first operator of this kind that takes `tensor`. */
    user: (tensor: TfliteTensor | undefined, code: number): TfliteOperator | undefined =>
      operators.find((operator) => operator.code === code && operator.inputs.includes(tensor)),
    /** An operator's input before its conversion to float32. */
    constant: (tensor: TfliteTensor | undefined): TfliteTensor | undefined => {
      const from = maker(tensor);
      return from?.code === DEQUANTIZE ? from.inputs[0] : tensor;
    },
  };
}

function layerOf(graph: Graph, name: string, { inputs }: TfliteOperator) {
  const [, weight, bias] = inputs.map(graph.constant);
  if (!weight || !bias) throw new Error(`${name}: expected a filter and a bias`);
  const filter = toHwio(weight, floatsOf(weight));
  const values = floatsOf(bias);
  if (values.length !== filter.shape[3]) {
    throw new Error(`${name}: expected ${filter.shape[3]} biases, got ${values.length}`);
  }
  return { weight: filter, bias: { shape: [values.length], data: values } };
}

/** x · m + (beta − mean · m), where m = gamma / √(variance + epsilon). */
function addNorm(
  to: { graph: Graph; tensors: Map<string, TensorData>; name: string; vector: TfliteTensor },
  { outputs: [output] }: TfliteOperator,
  bias: TensorData,
): void {
  const { graph, tensors, name, vector } = to;
  // Subtracting the mean would cancel a bias, so the network has none.
  if (bias.data.some((value) => value !== 0)) throw new Error(`${name}: expected no bias`);
  const mean = graph.user(output, MEAN)?.outputs[0];
  const shift = graph.user(mean, MUL);
  const factor = graph.maker(shift?.inputs.find((tensor) => tensor !== mean));
  const root = factor?.inputs.map(graph.maker).find((operator) => operator?.code === RSQRT);
  checkEpsilon(graph, name, root);
  const parts = {
    gamma: factor?.inputs.map(graph.maker).find((operator) => operator !== root),
    beta: graph.maker(graph.user(shift?.outputs[0], SUB)?.inputs[0]),
  };
  for (const [part, projection] of Object.entries(parts)) {
    const full = `${name}.${part}`;
    if (projection?.code !== CONV_2D || projection.inputs[0] !== vector) {
      throw new Error(`${full}: expected a convolution of the style vector`);
    }
    const { weight, bias } = layerOf(graph, full, projection);
    const [height, width, numbers = 0, channels = 0] = weight.shape;
    const of = tensors.get(`${name}.weight`)?.shape[3];
    if (height !== 1 || width !== 1 || channels !== of) {
      throw new Error(`${full}: expected a filter [1, 1, numbers, ${of}], got [${weight.shape}]`);
    }
    tensors.set(`${full}.weight`, { shape: [numbers, channels], data: weight.data });
    tensors.set(`${full}.bias`, bias);
  }
}

function checkEpsilon(graph: Graph, name: string, root: TfliteOperator | undefined): void {
  const sum = graph.maker(root?.inputs[0]);
  const constant =
    sum?.code === ADD ? sum.inputs.map(graph.constant).find((t) => t?.bytes) : undefined;
  const epsilon = constant && floatsOf(constant)[0];
  if (epsilon !== EPSILON) {
    throw new Error(`${name}: expected an instance norm with epsilon ${EPSILON}, got ${epsilon}`);
  }
}
