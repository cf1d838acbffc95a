// Reads tables of FlatBuffers by the numbers of their fields; every read is within the file or throws.
// The package `flatbuffers` reads past the end of a file as zeros, so a truncated download would become a wrong model.

/** A table. Fields that it leaves out are 0 or empty; what lies outside of the file throws `RangeError`. */
export type Table = {
  int8: (field: number) => number;
  int32: (field: number) => number;
  uint32: (field: number) => number;
  table: (field: number) => Table | undefined;
  /** At most `most` of what follows; more throw `Error`. */
  tables: (field: number, most: number) => Table[];
  int32s: (field: number, most: number) => number[];
  float32s: (field: number, most: number) => number[];
  int64s: (field: number, most: number) => bigint[];
  text: (field: number, most: number) => string;
  /** Shares the file's memory. */
  bytes: (field: number) => Uint8Array;
};

/** The root table of a file with this identifier. Throws `Error` for another, `RangeError` for an incomplete one. */
export function readFields(bytes: Uint8Array, identifier: string): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = String.fromCharCode(...bytes.subarray(4, 8));
  if (found !== identifier) {
    throw new Error(`expected a file of kind ${identifier}, got ${JSON.stringify(found)}`);
  }
  return tableAt(view, view.getUint32(0, true));
}

function tableAt(view: DataView, at: number): Table {
  /** Where a field is; undefined where the table leaves it out. */
  const place = (field: number): number | undefined => {
    const fields = at - view.getInt32(at, true);
    const slot = 4 + 2 * field;
    if (slot + 2 > view.getUint16(fields, true)) return undefined;
    const offset = view.getUint16(fields + slot, true);
    return offset === 0 ? undefined : at + offset;
  };
  const target = (from: number): number => from + view.getUint32(from, true);
  const list = <Item>(
    field: number,
    { most, size, read }: { most: number; size: number; read: (at: number) => Item },
  ): Item[] => {
    const from = place(field);
    if (from === undefined) return [];
    const start = target(from);
    const length = lengthAt(view, start, { most, size });
    return Array.from({ length }, (_, i) => read(start + 4 + size * i));
  };
  return {
    int8: (field) => valueAt(place(field), (from) => view.getInt8(from)),
    int32: (field) => valueAt(place(field), (from) => view.getInt32(from, true)),
    uint32: (field) => valueAt(place(field), (from) => view.getUint32(from, true)),
    table: (field) => {
      const from = place(field);
      return from === undefined ? undefined : tableAt(view, target(from));
    },
    tables: (field, most) =>
      list(field, { most, size: 4, read: (from) => tableAt(view, target(from)) }),
    int32s: (field, most) =>
      list(field, { most, size: 4, read: (from) => view.getInt32(from, true) }),
    float32s: (field, most) =>
      list(field, { most, size: 4, read: (from) => view.getFloat32(from, true) }),
    int64s: (field, most) =>
      list(field, { most, size: 8, read: (from) => view.getBigInt64(from, true) }),
    text: (field, most) => new TextDecoder().decode(bytesAt(view, place(field), target, most)),
    bytes: (field) => bytesAt(view, place(field), target, view.byteLength),
  };
}

const valueAt = (from: number | undefined, read: (from: number) => number): number =>
  from === undefined ? 0 : read(from);

function bytesAt(
  view: DataView,
  from: number | undefined,
  target: (from: number) => number,
  most: number,
): Uint8Array {
  if (from === undefined) return new Uint8Array(0);
  const start = target(from);
  const length = lengthAt(view, start, { most, size: 1 });
  return new Uint8Array(view.buffer, view.byteOffset + start + 4, length);
}

function lengthAt(
  view: DataView,
  start: number,
  { most, size }: { most: number; size: number },
): number {
  const length = view.getUint32(start, true);
  const room = Math.floor((view.byteLength - start - 4) / size);
  if (length > room) throw new RangeError(`expected at most ${room} items, got ${length}`);
  if (length > most) throw new Error(`expected at most ${most} items, got ${length}`);
  return length;
}
