// Builds graphs of tensor operations; every value refers to its operation and to the rules for its gradient.
import { checkShape, type Shape, shapeText, sizeOf } from './shape.ts';

export type ElementType = 'float32' | 'float16' | 'bool' | 'int64';

export type Attribute =
  | { int: number }
  | { float: number }
  | { ints: readonly number[] }
  | { string: string };

export type Attributes = Readonly<Record<string, Attribute>>;

/** A value that another value `y` depends on; `pull` turns the gradient `dy` with respect to `y` into the one with respect to `value`. */
export type Parent = { value: Value; pull: (dy: Value, y: Value) => Value };

export type Source =
  | { kind: 'input'; name: string }
  | { kind: 'constant'; data: Float32Array | readonly number[] }
  | { kind: 'node'; op: string; inputs: readonly (Value | undefined)[]; attributes: Attributes }
  | { kind: 'alias'; of: Value };

/** The output of one operation; its shape is known while the graph is built. */
export type Value = {
  readonly graph: Graph;
  /** Larger than the ids of all values that it was computed from. */
  readonly id: number;
  readonly shape: Shape;
  readonly type: ElementType;
  readonly source: Source;
  readonly parents: readonly Parent[];
};

export type Operation = {
  /** Name of an ONNX operator. */
  op: string;
  /** Undefined for an optional input that is left out. */
  inputs: readonly (Value | undefined)[];
  attributes?: Attributes;
  shape: Shape;
  type: ElementType;
  /** Without parents, the gradient ends here. */
  parents?: readonly Parent[];
};

export type Graph = {
  /** A tensor that is an input of every run. Throws a RangeError if the name is taken. */
  input: (name: string, shape: Shape) => Value;
  /** A tensor of fixed values, row-major; the array is kept, not copied, and the same array is stored once. */
  constant: (data: Float32Array, shape: Shape, type?: 'float32' | 'float16') => Value;
  /** A number as a tensor of shape []. */
  scalar: (value: number, type?: 'float32' | 'float16') => Value;
  /** An int64 tensor, for operators that take shapes or axes as inputs. */
  ints: (values: readonly number[]) => Value;
  /** Applies an operator; the same operation on the same values is made once. */
  apply: (operation: Operation) => Value;
  /** The same tensor with other rules for its gradient; costs nothing at run time. */
  alias: (of: Value, parents: readonly Parent[]) => Value;
};

type Form = Pick<Value, 'shape' | 'type' | 'source' | 'parents'>;

/** An empty graph. */
export function createGraph(): Graph {
  const known = new Map<string, Value>();
  const arrays = new Map<Float32Array, number>();
  const inputs = new Set<string>();
  let count = 0;

  const add = (form: Form): Value => {
    const value: Value = { graph, id: count, ...form };
    count += 1;
    return value;
  };
  const once = (key: string, form: () => Form): Value => {
    const before = known.get(key);
    if (before) return before;
    const value = add(form());
    known.set(key, value);
    return value;
  };

  const graph: Graph = {
    input(name, shape) {
      checkShape('input', shape);
      if (name === '' || inputs.has(name))
        throw new RangeError(`input: expected a name of its own, got "${name}"`);
      inputs.add(name);
      return add({ shape, type: 'float32', source: { kind: 'input', name }, parents: [] });
    },
    constant(data, shape, type = 'float32') {
      checkShape('constant', shape);
      if (data.length !== sizeOf(shape))
        throw new RangeError(
          `constant: expected ${sizeOf(shape)} values for ${shapeText(shape)}, got ${data.length}`,
        );
      if (!arrays.has(data)) arrays.set(data, arrays.size);
      return once(`array ${arrays.get(data)} ${type} ${shape}`, () => ({
        shape,
        type,
        source: { kind: 'constant', data },
        parents: [],
      }));
    },
    scalar: (value, type = 'float32') =>
      once(`scalar ${Object.is(value, -0) ? '-0' : value} ${type}`, () => ({
        shape: [],
        type,
        source: { kind: 'constant', data: Float32Array.of(value) },
        parents: [],
      })),
    ints: (values) =>
      once(`ints ${values}`, () => ({
        shape: [values.length],
        type: 'int64',
        source: { kind: 'constant', data: values },
        parents: [],
      })),
    apply({ op, inputs: from, attributes = {}, shape, type, parents = [] }) {
      checkShape(op, shape);
      if (from.some((value) => value && value.graph !== graph))
        throw new RangeError(`${op}: expected values of one graph`);
      const ids = from.map((value) => value?.id ?? '');
      return once(`${op} ${ids} ${JSON.stringify(attributes)} ${type}`, () => ({
        shape,
        type,
        source: { kind: 'node', op, inputs: from, attributes },
        parents,
      }));
    },
    alias: (of, parents) =>
      add({ shape: of.shape, type: of.type, source: { kind: 'alias', of }, parents }),
  };
  return graph;
}

/** The number that a constant of one element holds. */
export function constantNumber({ source, shape }: Value): number | undefined {
  return source.kind === 'constant' && sizeOf(shape) === 1 ? source.data[0] : undefined;
}
