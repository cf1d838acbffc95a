// Lets a module of wasi-libc run in a memory that is larger than it asked for, and use all of it.
//
// Its `sbrk` takes the memory's size as the end of the heap and asks for new pages behind it. In a memory that is used for the
// second time that size is the last user's, and what lies below would never be used again. So the module gets a count of its
// own pages, and the memory grows only where that count goes beyond it.
import { bodyOf, leb, part, type Section, unsigned, withEntry } from './wasm-sections.ts';

const [TYPE, IMPORT, FUNCTION, GLOBAL, CODE] = [1, 2, 3, 6, 10];

// `memory.size << 16`, and `memory.grow(bytes >> 16)`.
const SIZE = [0x3f, 0, 0x41, 16, 0x74];
const GROW = [0x41, 16, 0x76, 0x40, 0];

/** The sections with `sbrk` counting from `pages`; those of a module that has no such `sbrk`, as Emscripten's, unchanged. */
export function countGrowth(sections: readonly Section[], pages: number): Section[] {
  const functions = bodiesOf(bodyOf(sections, CODE, 'code'));
  const places = functions.flatMap((body, i) => (indexOf(body, GROW) >= 0 ? [i] : []));
  if (places.length === 0) return [...sections];
  const [place] = places;
  const sbrk = functions[place as number]!;
  if (places.length > 1 || indexOf(sbrk, SIZE) < 0) {
    throw new Error(`expected one sbrk, got ${places.length} functions that ask for memory`);
  }
  const count = countOf(bodyOf(sections, GLOBAL, 'globals'));
  const grow = importedFunctions(bodyOf(sections, IMPORT, 'imports')) + functions.length;
  functions[place as number] = replaced(
    replaced(sbrk, SIZE, [0x23, ...leb(count), ...SIZE.slice(2)]),
    GROW,
    [...GROW.slice(0, 3), 0x10, ...leb(grow)],
  );
  functions.push(growBody(count));
  return sections.map(({ id, body }) => {
    if (id === FUNCTION) {
      const type = typeOfGrow(bodyOf(sections, TYPE, 'types'));
      return { id, body: withEntry(body, leb(type)) };
    }
    if (id === GLOBAL) return { id, body: withEntry(body, [0x7f, 1, ...constant(pages)]) };
    return id === CODE ? { id, body: codeOf(functions) } : { id, body };
  });
}

/** Adds its argument to global `count` and answers what that was, or -1 where the memory cannot grow as far. */
function growBody(count: number): Uint8Array {
  const added = [0x23, ...leb(count), 0x20, 0, 0x6a]; // count + pages
  const missing = [...added, 0x3f, 0, 0x6b, 0x22, 1, 0x41, 0, 0x4a]; // (local 1 = that - memory.size) > 0
  const failed = [0x20, 1, 0x40, 0, 0x41, 0x7f, 0x46]; // memory.grow(local 1) == -1
  const refuse = [0x04, 0x40, 0x41, 0x7f, 0x0f, 0x0b]; // if … return -1
  return Uint8Array.from([
    ...[1, 1, 0x7f], // one local
    ...missing,
    ...[0x04, 0x40, ...failed, ...refuse, 0x0b],
    ...[0x23, ...leb(count)],
    ...[...added, 0x24, ...leb(count)],
    0x0b,
  ]);
}

function bodiesOf(code: Uint8Array): Uint8Array[] {
  const reader = { at: 0, bytes: code };
  return Array.from({ length: unsigned(reader) }, () => part(reader, unsigned(reader)));
}

function codeOf(functions: readonly Uint8Array[]): Uint8Array {
  const parts = functions.flatMap((body) => [Uint8Array.from(leb(body.length)), body]);
  return Buffer.concat([Uint8Array.from(leb(functions.length)), ...parts]);
}

function importedFunctions(imports: Uint8Array): number {
  const reader = { at: 0, bytes: imports };
  let functions = 0;
  for (let left = unsigned(reader); left > 0; left--) {
    part(reader, unsigned(reader));
    part(reader, unsigned(reader));
    const [kind] = part(reader, 1);
    if (kind !== 0) throw new Error(`expected imports of functions only, got kind ${kind}`);
    unsigned(reader);
    functions++;
  }
  return functions;
}

/** Index of the type that takes and gives one `i32`. */
function typeOfGrow(types: Uint8Array): number {
  const reader = { at: 0, bytes: types };
  const count = unsigned(reader);
  for (let i = 0; i < count; i++) {
    part(reader, 1);
    const [takes, gives] = [0, 1].map(() => part(reader, unsigned(reader)).join());
    if (takes === '127' && gives === '127') return i;
  }
  throw new Error('expected a function from i32 to i32, got none');
}

const countOf = (list: Uint8Array): number => unsigned({ at: 0, bytes: list });

/** An `i32` constant expression; below 64 a signed number is written as an unsigned one. */
function constant(value: number): number[] {
  if (value >= 64) throw new Error(`expected less than 64 pages, got ${value}`);
  return [0x41, value, 0x0b];
}

function indexOf(bytes: Uint8Array, pattern: readonly number[]): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(
    Uint8Array.from(pattern),
  );
}

function replaced(bytes: Uint8Array, old: readonly number[], by: readonly number[]): Uint8Array {
  const at = indexOf(bytes, old);
  const rest = bytes.subarray(at + old.length);
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(by), rest]);
}
