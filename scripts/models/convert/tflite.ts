// Reads TFLite files: the operators of their one graph in order, with the constants that they take.
import { fromFloat16 } from '../../../src/graph/float16.ts';
import { readFields, type Table } from './flat-tables.ts';

/** Codes of the operators that converters look at, as the schema numbers them. */
export const ADD = 0;
export const CONV_2D = 3;
export const DEPTHWISE_CONV_2D = 4;
export const DEQUANTIZE = 6;
export const MUL = 18;
export const MEAN = 40;
export const SUB = 41;
export const RSQRT = 76;

export type TfliteTensor = {
  name: string;
  shape: readonly number[];
  /** As the schema numbers them: float32 is 0, float16 1, int32 2, int8 9. */
  type: number;
  /** Values of a constant in the file's bytes; undefined for what an operator makes or the caller gives. */
  bytes: Uint8Array | undefined;
  /** A value is scale · (integer − zero point): one scale for all, or one for each channel; none for floats. */
  scales: readonly number[];
  zeroPoints: readonly number[];
};

export type TfliteOperator = {
  code: number;
  /** Undefined where an optional one is left out. */
  inputs: readonly (TfliteTensor | undefined)[];
  outputs: readonly (TfliteTensor | undefined)[];
};

export type TfliteGraph = {
  inputs: readonly (TfliteTensor | undefined)[];
  /** In an order in which they can run. */
  operators: readonly TfliteOperator[];
};

/** Far above what such networks have; what is damaged must not take for ever. */
const MOST = { items: 4096, sizes: 8, operands: 64, channels: 4096, name: 1000 };

const wordBytes = new Map([
  [0, 4],
  [1, 2],
  [2, 4],
  [9, 1],
]);

/** Throws `Error` for what is no whole TFLite file of version 3 with one graph. */
export function readTflite(bytes: Uint8Array): TfliteGraph {
  try {
    return readModel(readFields(bytes, 'TFL3'));
  } catch (error) {
    // Whatever is read outside of the file.
    if (!(error instanceof RangeError)) throw error;
    const message = `expected a whole TFLite file, got ${bytes.length} bytes that are not`;
    throw new Error(message, { cause: error });
  }
}

function readModel(model: Table): TfliteGraph {
  const version = model.uint32(0);
  if (version !== 3) throw new Error(`expected a TFLite file of version 3, got ${version}`);
  const codes = model.tables(1, MOST.items).map(codeOf);
  const graphs = model.tables(2, 1);
  const [graph] = graphs;
  if (!graph) throw new Error('expected a TFLite file of one graph, got none');
  const buffers = model.tables(4, MOST.items).map((buffer) => buffer.bytes(0));
  const tensors = graph.tables(0, MOST.items).map((table) => readTensor(table, buffers));
  const named = (indexes: readonly number[]) =>
    indexes.map((index) => (index === -1 ? undefined : itemOf(tensors, index, 'tensors')));
  const operators = graph.tables(3, MOST.items).map((operator) => ({
    code: itemOf(codes, operator.uint32(0), 'operator codes'),
    inputs: named(operator.int32s(1, MOST.operands)),
    outputs: named(operator.int32s(2, MOST.operands)),
  }));
  return { inputs: named(graph.int32s(1, MOST.operands)), operators };
}

/** Codes up to 127 were a byte first; what is newer has the larger field. */
const codeOf = (table: Table): number => Math.max(table.int8(0), table.int32(3));

function readTensor(table: Table, buffers: readonly Uint8Array[]): TfliteTensor {
  const name = table.text(3, MOST.name);
  const shape = table.int32s(0, MOST.sizes);
  const type = table.int8(1);
  const bytes = itemOf(buffers, table.uint32(2), 'buffers');
  const quantization = table.table(4);
  const scales = quantization?.float32s(2, MOST.channels) ?? [];
  const zeroPoints = quantization?.int64s(3, MOST.channels).map(Number) ?? [];
  // The first buffer is the empty one, which what is no constant names.
  const constant = bytes.length > 0 ? bytes : undefined;
  const length = shape.reduce((product, size) => product * size, wordBytes.get(type) ?? Number.NaN);
  if (constant && constant.length !== length) {
    throw new Error(`${name}: expected ${length} bytes of type ${type}, got ${constant.length}`);
  }
  return { name, shape, type, bytes: constant, scales, zeroPoints };
}

function itemOf<Item>(items: readonly Item[], index: number, what: string): Item {
  const item = items[index];
  if (item !== undefined) return item;
  throw new Error(`expected one of ${items.length} ${what}, got ${index}`);
}

/** Values of a constant of floats or halves. Throws `Error` for any other. */
export function floatsOf({ name, type, bytes }: TfliteTensor): Float32Array {
  // A copy, for they may lie unaligned.
  const { buffer } = Uint8Array.from(bytes ?? []);
  if (bytes && type === 0) return new Float32Array(buffer);
  if (bytes && type === 1) return fromFloat16(new Uint16Array(buffer));
  throw new Error(`${name}: expected a constant of floats, got ${bytes ? `type ${type}` : 'none'}`);
}

/** Integers of a constant of 8 or 32 bits. Throws `Error` for any other. */
export function integersOf({ name, type, bytes }: TfliteTensor): Int8Array | Int32Array {
  const { buffer } = Uint8Array.from(bytes ?? []);
  if (bytes && type === 9) return new Int8Array(buffer);
  if (bytes && type === 2) return new Int32Array(buffer);
  throw new Error(
    `${name}: expected a constant of integers, got ${bytes ? `type ${type}` : 'none'}`,
  );
}
