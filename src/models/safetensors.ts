// Reads and writes the safetensors format: named tensors and metadata in one file. Models and checkpoints of jobs are stored in it.
import { messageOf } from '../errors.ts';
import type { TensorData } from '../graph/engine.ts';
import { fromFloat16, toFloat16 } from '../graph/float16.ts';

export type SafetensorsDtype = 'F32' | 'F16' | 'I8';

/** One type for all tensors, or a function from their names to types. */
export type DtypeChoice = SafetensorsDtype | ((name: string) => SafetensorsDtype);

export type Safetensors = {
  tensors: Map<string, TensorData>;
  metadata: Record<string, string>;
};

/** Longest header, in bytes. */
const MAX_HEADER = 16 * 2 ** 20;
const MAX_TENSORS = 4096;
const MAX_RANK = 8;
const wordBytes: Record<SafetensorsDtype, number> = { F32: 4, F16: 2, I8: 1 };

type Entry = {
  name: string;
  dtype: SafetensorsDtype;
  shape: readonly number[];
  first: number;
  end: number;
};

function fail(what: string, got: unknown): never {
  const shown = typeof got === 'string' ? got : JSON.stringify(got);
  throw new RangeError(`safetensors: expected ${what}, got ${String(shown).slice(0, 100)}`);
}

/**
 * Reads a file. Copies its tensors as float32; F32 is copied bit by bit, F16 and I8 are widened. With `lazy`, only `bytes` is
 * kept, each access to the `data` of a tensor decodes it again, and neither may be written to. Throws `RangeError` if the header
 * does not parse or does not cover the data exactly.
 */
export function readSafetensors(
  bytes: Uint8Array,
  { lazy = false }: { lazy?: boolean } = {},
): Safetensors {
  const { header, data } = split(bytes);
  const { __metadata__: notes = {}, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value));
  if (entries.length > MAX_TENSORS) fail(`at most ${MAX_TENSORS} tensors`, entries.length);
  entries.sort((a, b) => a.first - b.first || a.end - b.end);
  let at = 0;
  for (const { name, first, end } of entries) {
    if (first !== at) fail(`"${name}" to begin at byte ${at}`, first);
    at = end;
  }
  if (at !== data.length) fail(`${at} bytes of data`, data.length);
  const tensors = entries.map((entry): [string, TensorData] => [
    entry.name,
    lazy ? lazyTensor(entry, data) : { shape: entry.shape, data: valuesOf(entry, data) },
  ]);
  return { tensors: new Map(tensors), metadata: readMetadata(notes) };
}

/**
 * Writes tensors in the given order; the same tensors make the same bytes. `F16` rounds values. Throws `RangeError` if a shape
 * does not match the number of values, for values that F16 cannot hold, and for values of I8 that are not integers from −128 to
 * 127.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData> | Readonly<Record<string, TensorData>>,
  options: { metadata?: Readonly<Record<string, string>>; dtype?: DtypeChoice } = {},
): Uint8Array<ArrayBuffer> {
  const { metadata = {}, dtype: choice = 'F32' } = options;
  const dtypeOf = typeof choice === 'string' ? () => choice : choice;
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  if (entries.length > MAX_TENSORS) fail(`at most ${MAX_TENSORS} tensors`, entries.length);
  const header: [string, unknown][] =
    Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let at = 0;
  for (const [name, { shape, data }] of entries) {
    if (name === '__metadata__') fail('a tensor of another name', name);
    const count = countOf(name, shape);
    if (count !== data.length) fail(`${count} values in "${name}"`, data.length);
    const dtype = dtypeOf(name);
    const end = at + count * wordBytes[dtype];
    header.push([name, { dtype, shape, data_offsets: [at, end] }]);
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // The header is padded with spaces, so that the data is aligned if the file is mapped into memory.
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER) fail(`at most ${MAX_HEADER} bytes of header`, length);
  const bytes = new Uint8Array(8 + length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length).set(text, 8);
  let to = 8 + length;
  for (const [name, { data }] of entries) {
    const words = wordsOf(name, data, dtypeOf(name));
    bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), to);
    to += words.byteLength;
  }
  return bytes;
}

function split(bytes: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < 8) fail('at least 8 bytes', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  const most = Math.min(bytes.length - 8, MAX_HEADER);
  if (length > most) fail(`at most ${most} bytes of header`, length);
  const data = bytes.subarray(8 + length);
  return { header: parseHeader(bytes.subarray(8, 8 + length)), data };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    fail('a header in JSON', messageOf(error));
  }
  return isRecord(header) ? header : fail('a header that is an object', header);
}

function readMetadata(notes: unknown): Record<string, string> {
  if (!isRecord(notes)) fail('__metadata__ to be an object', notes);
  for (const [name, value] of Object.entries(notes)) {
    if (typeof value !== 'string') fail(`__metadata__ "${name}" to be a string`, value);
  }
  return notes as Record<string, string>;
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'I8') {
    fail(`"${name}" to be F32, F16 or I8`, dtype);
  }
  if (!isSizes(shape) || shape.length > MAX_RANK) {
    fail(`"${name}" to have a shape of at most ${MAX_RANK} sizes`, shape);
  }
  if (!isSizes(offsets) || offsets.length !== 2) fail(`two data_offsets of "${name}"`, offsets);
  const [first, end] = offsets as [number, number];
  const length = countOf(name, shape) * wordBytes[dtype];
  if (end - first !== length) fail(`"${name}" to take ${length} bytes`, end - first);
  return { name, dtype, shape, first, end };
}

function countOf(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(count * 4) ? count : fail(`"${name}" to have fewer values`, shape);
}

function lazyTensor(entry: Entry, data: Uint8Array): TensorData {
  return {
    shape: entry.shape,
    get data() {
      const { dtype, first, end } = entry;
      const at = data.byteOffset + first;
      if (dtype !== 'F32' || at % 4 !== 0) return valuesOf(entry, data);
      return new Float32Array(data.buffer, at, (end - first) / 4);
    },
  };
}

function valuesOf({ dtype, first, end }: Entry, data: Uint8Array): Float32Array {
  if (dtype === 'I8') {
    return new Float32Array(new Int8Array(data.buffer, data.byteOffset + first, end - first));
  }
  // A copy, because the words may be unaligned, and the tensor must not keep or share the bytes of the file.
  const { buffer } = Uint8Array.from(data.subarray(first, end));
  return dtype === 'F16' ? fromFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
}

function wordsOf(name: string, data: Float32Array, dtype: SafetensorsDtype) {
  if (dtype === 'F32') return data;
  return dtype === 'F16' ? halvesOf(name, data) : int8sOf(name, data);
}

function int8sOf(name: string, data: Float32Array): Int8Array {
  const words = Int8Array.from(data);
  const other = words.findIndex((word, i) => word !== data[i]);
  return other < 0 ? words : fail(`integers from -128 to 127 in "${name}" as I8`, data[other]);
}

function halvesOf(name: string, data: Float32Array): Uint16Array {
  const halves = toFloat16(data);
  const over = halves.findIndex(
    (half, i) => (half & 0x7fff) === 0x7c00 && Number.isFinite(data[i]),
  );
  return over < 0 ? halves : fail(`magnitudes below 65520 in "${name}" as F16`, data[over]);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
