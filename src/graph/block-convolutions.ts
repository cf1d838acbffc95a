// Rewrites convolutions for onnxruntime's blocked layout, which is several times as fast on a processor.
//
// onnxruntime does this by itself only if filters are constants; in training they are inputs. Its operators of the domain
// `com.microsoft.nchwc` keep [n, c, h, w] in memory as [n, c / block, h, w, block], under the same shape.
import type { Attributes, Value } from './graph.ts';
import { sum } from './ops/reduce.ts';
import { reshape, transpose } from './ops/reshape.ts';
import { reached, resolved } from './reached.ts';
import { sameShape, shape4 } from './shape.ts';

const DOMAIN = 'com.microsoft.nchwc:';

// Operators on elements: they work in any layout, if all their tensors have the same.
const ELEMENTWISE = new Set([
  'Abs',
  'Add',
  'Cast',
  'Clip',
  'Div',
  'Exp',
  'Greater',
  'GreaterOrEqual',
  'HardSigmoid',
  'LeakyRelu',
  'Log',
  'Max',
  'Min',
  'Mul',
  'Relu',
  'Sigmoid',
  'Sign',
  'Sqrt',
  'Sub',
  'Tanh',
  'Where',
]);

type Rewriter = { block: number; plain: Map<Value, Value>; blocked: Map<Value, Value> };

/**
 * The same outputs by blocked convolutions wherever channels are multiples of `block`, the size that the processor's onnxruntime
 * has (8 or 16). The results differ in rounding only; they have no gradients.
 */
export function blockConvolutions(
  outputs: Readonly<Record<string, Value>>,
  block: number,
): Record<string, Value> {
  const rewriter: Rewriter = { block, plain: new Map(), blocked: new Map() };
  // In the order of the identifiers, so that recursion stays shallow.
  for (const value of reached(Object.values(outputs))) {
    if (value.source.kind !== 'alias') rewrite(rewriter, value);
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, plainOf(rewriter, value)]),
  );
}

function rewrite(rewriter: Rewriter, value: Value): void {
  const { source } = value;
  if (source.kind !== 'node') rewriter.plain.set(value, value);
  else if (isBlockable(rewriter, value)) rewriter.blocked.set(value, blockedConv(rewriter, value));
  else if (staysBlocked(rewriter, value)) {
    const inputs = source.inputs.map((input) =>
      input && input.shape.length > 0
        ? blockedOf(rewriter, input)
        : input && plainOf(rewriter, input),
    );
    rewriter.blocked.set(value, remade(value, inputs));
  } else if (isChannelSum(rewriter, value)) {
    rewriter.plain.set(value, channelSum(rewriter, value));
  } else {
    const inputs = source.inputs.map((input) => input && plainOf(rewriter, input));
    rewriter.plain.set(value, remade(value, inputs));
  }
}

const remade = (value: Value, inputs: readonly (Value | undefined)[]): Value =>
  value.source.kind === 'node'
    ? value.graph.apply({
        op: value.source.op,
        inputs,
        attributes: value.source.attributes,
        shape: value.shape,
        type: value.type,
      })
    : value;

function plainOf({ plain, blocked }: Rewriter, of: Value): Value {
  const value = resolved(of);
  const known = plain.get(value);
  if (known) return known;
  const made = value.graph.apply({
    op: `${DOMAIN}ReorderOutput`,
    inputs: [blocked.get(value)],
    attributes: { channels: { int: value.shape[1]! } },
    shape: value.shape,
    type: value.type,
  });
  plain.set(value, made);
  return made;
}

function blockedOf({ plain, blocked }: Rewriter, of: Value): Value {
  const value = resolved(of);
  const known = blocked.get(value);
  if (known) return known;
  const made = value.graph.apply({
    op: `${DOMAIN}ReorderInput`,
    inputs: [plain.get(value)],
    shape: value.shape,
    type: value.type,
  });
  blocked.set(value, made);
  return made;
}

function isBlockable({ block }: Rewriter, { source }: Value): boolean {
  if (source.kind !== 'node' || source.op !== 'Conv') return false;
  const [, filter] = source.inputs;
  const [o, c, ...taps] = filter!.shape as [number, number, ...number[]];
  // A filter as large as a picture is a gradient's; blocked loops do not suit it.
  return (
    filter!.type === 'float32' && o % block === 0 && c % block === 0 && taps.every((n) => n < 8)
  );
}

/** Element by element over tensors of one shape, of which at least one is blocked already. */
function staysBlocked({ block, blocked, plain }: Rewriter, value: Value): boolean {
  const { source, shape } = value;
  if (source.kind !== 'node' || !ELEMENTWISE.has(source.op) || shape.length !== 4) return false;
  if (shape[1]! % block !== 0) return false;
  const inputs = source.inputs.filter((input) => input !== undefined);
  return (
    inputs.every((input) => input.shape.length === 0 || sameShape(input.shape, shape)) &&
    inputs.every((input) => input.type !== 'bool' || blocked.has(resolved(input))) &&
    inputs.some((input) => blocked.has(resolved(input)) && !plain.has(resolved(input)))
  );
}

/** A bias' gradient: the sum over pictures, rows and columns. */
function isChannelSum({ blocked }: Rewriter, { source, shape }: Value): boolean {
  if (source.kind !== 'node' || source.op !== 'ReduceSum' || shape.length !== 1) return false;
  const [of, axes] = source.inputs.map((input) => input && resolved(input));
  if (!of || !blocked.has(of) || of.shape.length !== 4) return false;
  return axes?.source.kind === 'constant' && String([...axes.source.data]) === '0,2,3';
}

function channelSum(rewriter: Rewriter, { source, shape }: Value): Value {
  const { block } = rewriter;
  const of = source.kind === 'node' ? blockedOf(rewriter, source.inputs[0]!) : undefined;
  const [n, c, h, w] = shape4(of!.shape);
  const parts = reshape(of!, [n, c / block, h * w, block]);
  // onnxruntime sums over one axis at a time ten times as fast as over two that are apart.
  return reshape(sum(sum(parts, { axes: [2] }), { axes: [0] }), shape);
}

function blockedConv(rewriter: Rewriter, value: Value): Value {
  const { source, graph, shape, type } = value;
  if (source.kind !== 'node') return value;
  const [x, filter, bias] = source.inputs;
  const attributes: Attributes = { ...source.attributes, group: { int: 1 } };
  const packed = packFilter(plainOf(rewriter, filter!), rewriter.block);
  const inputs = [blockedOf(rewriter, x!), packed, ...(bias ? [plainOf(rewriter, bias)] : [])];
  return graph.apply({ op: `${DOMAIN}Conv`, inputs, attributes, shape, type });
}

/** [o, c, kh, kw] in the order [o / block, c / block, kh, kw, block of c, block of o], under its own shape. */
function packFilter(filter: Value, block: number): Value {
  const [o, c, kh, kw] = shape4(filter.shape);
  const blocks = reshape(filter, [o / block, block, c / block, block, kh, kw]);
  return reshape(transpose(blocks, [0, 2, 4, 5, 3, 1]), filter.shape);
}
