// Writes graphs as ONNX models.

import { toFloat16 } from '../float16.ts';
import type { Attribute, ElementType, Graph, Value } from '../graph.ts';
import { reached, resolved } from '../reached.ts';
import { type Bytes, bytes, float, integer, message, text, toBytes } from './protobuf.ts';

// ReduceMean with axes as an input needs this version, and every provider of onnxruntime has its operators.
const opset = 18;
const irVersion = 8;

// Numbers of the element types in onnx.proto.
const elementTypes: Record<ElementType, number> = { float32: 1, int64: 7, bool: 9, float16: 10 };
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };

/** The model that computes these outputs, without values that none of them needs. Throws a RangeError. */
export function writeOnnx(graph: Graph, outputs: Readonly<Record<string, Value>>): Uint8Array {
  const entries = Object.entries(outputs);
  const values = reached(entries.map(([, value]) => value));
  if (entries.length === 0 || values.some((value) => value.graph !== graph))
    throw new RangeError('writeOnnx: expected outputs of this graph');
  const inputs = new Set(
    values.flatMap(({ source }) => (source.kind === 'input' ? source.name : [])),
  );
  const clash = entries.find(([name]) => inputs.has(name));
  if (clash)
    throw new RangeError(`writeOnnx: expected another name than an input's, got "${clash[0]}"`);
  const name = namesOf(entries, inputs);
  return toBytes([
    integer(1, irVersion),
    text(2, 'tessera'),
    message(7, [
      ...values.flatMap((value) => nodeOf(value, name)),
      ...entries.flatMap(([output, value]) => copyOf(output, value, name)),
      text(2, 'graph'),
      ...values.flatMap((value) => initializerOf(value, name)),
      ...values
        .filter(({ source }) => source.kind === 'input')
        .map((value) => infoOf(11, name(value), value)),
      ...entries.map(([output, value]) => infoOf(12, output, value)),
    ]),
    message(8, [text(1, ''), integer(2, opset)]),
  ]);
}

type Names = (value: Value | undefined) => string;

/** Names of values; a node that is an output has that output's name, the first if it is several outputs. */
function namesOf(
  outputs: readonly (readonly [string, Value])[],
  inputs: ReadonlySet<string>,
): Names {
  const known = new Map<Value, string>();
  for (const [output, value] of outputs) {
    const real = resolved(value);
    if (real.source.kind === 'node' && !known.has(real)) known.set(real, output);
  }
  const taken = new Set([...outputs.map(([output]) => output), ...inputs]);
  return (value) => {
    if (!value) return '';
    const real = resolved(value);
    if (real.source.kind === 'input') return real.source.name;
    let name = known.get(real) ?? `v${real.id}`;
    while (!known.has(real) && taken.has(name)) name = `_${name}`;
    return name;
  };
}

function nodeOf(value: Value, name: Names): Bytes[] {
  const { source } = value;
  if (source.kind !== 'node') return [];
  return [
    message(1, [
      ...source.inputs.map((input) => text(1, name(input))),
      text(2, name(value)),
      text(3, `${source.op} ${value.id}`),
      text(4, source.op),
      ...Object.entries(source.attributes).map(([key, attribute]) => attributeOf(key, attribute)),
    ]),
  ];
}

/** The Identity node of an output that is an input, a constant, or a second name of a value. */
function copyOf(output: string, value: Value, name: Names): Bytes[] {
  if (name(value) === output) return [];
  return [message(1, [text(1, name(value)), text(2, output), text(4, 'Identity')])];
}

function attributeOf(key: string, attribute: Attribute): Bytes {
  if ('int' in attribute)
    return message(5, [text(1, key), integer(3, attribute.int), integer(20, attributeTypes.int)]);
  if ('float' in attribute)
    return message(5, [text(1, key), float(2, attribute.float), integer(20, attributeTypes.float)]);
  if ('string' in attribute)
    return message(5, [
      text(1, key),
      text(4, attribute.string),
      integer(20, attributeTypes.string),
    ]);
  const numbers = attribute.ints.map((value) => integer(8, value));
  return message(5, [text(1, key), ...numbers, integer(20, attributeTypes.ints)]);
}

function initializerOf(value: Value, name: Names): Bytes[] {
  const { source, shape, type } = value;
  if (source.kind !== 'constant') return [];
  const dims = shape.map((n) => integer(1, n));
  const content = [...dims, integer(2, elementTypes[type]), text(8, name(value))];
  return [message(5, [...content, bytes(9, rawData(source.data, type))])];
}

function rawData(data: Float32Array | readonly number[], type: ElementType): Uint8Array {
  if (!(data instanceof Float32Array))
    return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  const array = type === 'float16' ? toFloat16(data) : data;
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function infoOf(field: number, name: string, { shape, type }: Value): Bytes {
  const dims = shape.map((n) => message(1, [integer(1, n)]));
  return message(field, [
    text(1, name),
    message(2, [message(1, [integer(1, elementTypes[type]), message(2, dims)])]),
  ]);
}
