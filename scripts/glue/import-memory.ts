// Rewrites a WASM module so that it imports its memory instead of making one, and needs little of it at its start.
//
// V8 collects memories that nobody refers to any more far too late for an isolate of 128 MB, so they have to be used again,
// by the same module or by another. And Emscripten's modules ask for 16 MiB, of which they have used a tenth of a MiB when
// they are ready: their heap begins where the stack does and grows by itself.
import { countGrowth } from './count-growth.ts';
import {
  bodyOf,
  joinSections,
  leb,
  parseSections,
  part,
  type Section,
  text,
  unsigned,
  withEntry,
} from './wasm-sections.ts';

const PAGE_BYTES = 65536;
const [IMPORT, MEMORY, GLOBAL, DATA] = [2, 5, 6, 11];
const [I32, I32_CONST, END, MEMORY_KIND] = [0x7f, 0x41, 0x0b, 2];

/**
 * The module `bytes` with its memory imported as `memory.<pages>`, `pages` being the fewest that hold its data and its stack.
 * Throws `Error` where it is laid out in another way than data, stack, heap, or has no memory of its own.
 */
export function importMemory(bytes: Uint8Array): Buffer<ArrayBuffer> {
  const sections = parseSections(bytes);
  const declared = declaredPages(bodyOf(sections, MEMORY, 'a memory'));
  const pages = Math.ceil(heapBase(sections) / PAGE_BYTES);
  if (pages > declared) throw new Error(`expected a heap within ${declared} pages, got ${pages}`);
  const entry = [...text('memory'), ...text(String(pages)), MEMORY_KIND, 0, ...leb(pages)];
  bodyOf(sections, IMPORT, 'imports');
  const changed = countGrowth(sections, declared).flatMap((section) => {
    if (section.id === MEMORY) return [];
    if (section.id !== IMPORT) return [section];
    return [{ id: IMPORT, body: withEntry(section.body, entry) }];
  });
  return joinSections(changed);
}

function declaredPages(body: Uint8Array): number {
  const reader = { at: 0, bytes: body };
  const count = unsigned(reader);
  const flags = unsigned(reader);
  if (count !== 1 || flags > 1) {
    throw new Error(`expected one unshared 32-bit memory, got ${count} with flags ${flags}`);
  }
  return unsigned(reader);
}

/** Where the heap begins: the top of the stack, which grows down towards the data. */
function heapBase(sections: readonly Section[]): number {
  const reader = { at: 0, bytes: bodyOf(sections, GLOBAL, 'a stack pointer') };
  unsigned(reader);
  const [type, mutable] = part(reader, 2);
  const top = type === I32 && mutable === 1 ? constant(reader) : undefined;
  if (top === undefined) throw new Error('expected a stack pointer as the first global');
  const end = dataEnd(sections.find(({ id }) => id === DATA));
  if (end > top) throw new Error(`expected data below the stack's top ${top}, got data to ${end}`);
  return top;
}

function dataEnd(section: Section | undefined): number {
  if (!section) return 0;
  const reader = { at: 0, bytes: section.body };
  let end = 0;
  for (let left = unsigned(reader); left > 0; left--) {
    const from = unsigned(reader) === 0 ? constant(reader) : undefined;
    if (from === undefined) throw new Error('expected data at constant places');
    const length = part(reader, unsigned(reader)).length;
    end = Math.max(end, from + length);
  }
  return end;
}

/** The value of a constant `i32` expression; `undefined` for any other and for a negative one, which is no address. */
function constant(reader: { at: number; bytes: Uint8Array }): number | undefined {
  if (part(reader, 1)[0] !== I32_CONST) return undefined;
  const value = unsigned(reader);
  const negative = (reader.bytes[reader.at - 1]! & 0x40) !== 0;
  return part(reader, 1)[0] !== END || negative ? undefined : value;
}
