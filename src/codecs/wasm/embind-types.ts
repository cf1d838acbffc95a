// The functions that a build with embind imports: they register its types and functions, and keep JavaScript's values for it.

/** What the build exports, by the names that Emscripten gives it. */
export type Exported = {
  memory: () => Pick<WebAssembly.Memory, 'buffer' | 'grow'>;
  table: () => WebAssembly.Table;
  malloc: (bytes: number) => number;
  free: (at: number) => void;
};

/** A type of C++ that functions take or return; `done` gets what frees the value after the call. */
type Type = {
  fromWire: (wire: number) => unknown;
  toWire: (value: unknown, done: (() => void)[]) => unknown;
  /** Reads a value in a pack of arguments. */
  fromPack: (at: number) => unknown;
};

type Call = (...args: unknown[]) => number;

/** Bytes of a value in a pack of arguments. */
const PACKED_BYTES = 8;
/** What a memory has at most, in bytes. */
const MOST_BYTES = 2 ** 31;
const PAGE_BYTES = 65_536;
/** Growth that Emscripten asks for at least, relative to the memory. */
const LEAST_GROWTH = 1.05;

/** Kinds of arrays by Emscripten's number. */
const arrays = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

/** What a build may ask for by name. */
const globals: Readonly<Record<string, unknown>> = {
  Uint8Array,
  Uint8ClampedArray,
  /** As in browsers, for builds that return a picture. */
  ImageData: function ImageData(data: Uint8ClampedArray, width: number, height: number) {
    return { data, width, height };
  },
};

/** Makes the functions for one instance. `calls` gets the functions that the build registers. */
export function createEmbindTypes({ memory, table, malloc, free }: Exported) {
  const calls: Record<string, (...args: unknown[]) => unknown> = {};
  const types = new Map<number, Type>();
  const values = createValues();
  const bytes = (at: number, length?: number) => new Uint8Array(memory().buffer, at, length);
  const words = (at: number, count: number) => new Uint32Array(memory().buffer, at, count);
  const call = (at: number): Call => table().get(at) as Call;
  const textAt = (at: number): string => {
    const all = bytes(at);
    return String.fromCharCode(...all.subarray(0, all.indexOf(0)));
  };
  const typeOf = (id: number): Type => {
    const type = types.get(id);
    if (!type) throw new Error(`embind: type ${id} is unknown`);
    return type;
  };
  /** A number in as many bytes. */
  const number = (id: number, of: (typeof arrays)[number]): void => {
    types.set(id, {
      fromWire: (wire) => (of === Uint32Array ? wire >>> 0 : wire),
      toWire: Number,
      fromPack: (at) => new of(memory().buffer, at, 1)[0],
    });
  };
  const text: Type = {
    fromWire(at) {
      const found = new TextDecoder().decode(bytes(at + 4, words(at, 1)[0]));
      free(at);
      return found;
    },
    toWire(value, done) {
      const data = value as Uint8Array | Uint8ClampedArray;
      const at = malloc(4 + data.length + 1);
      if (at === 0) throw new Error(`embind: no memory for ${data.length} bytes`);
      words(at, 1)[0] = data.length;
      bytes(at + 4, data.length).set(data);
      bytes(at + 4 + data.length, 1)[0] = 0;
      done.push(() => free(at));
      return at;
    },
    fromPack: (at) => text.fromWire(words(at, 1)[0]!),
  };
  const value: Type = {
    fromWire(handle) {
      const found = values.get(handle);
      values.release(handle);
      return found;
    },
    toWire: values.add,
    fromPack: (at) => value.fromWire(words(at, 1)[0]!),
  };
  const structs = createStructs({ call, textAt, typeOf });
  const functions: Record<string, (...args: never[]) => unknown> = {
    ...structs.functions,
    _embind_finalize_value_object: (id: number) => types.set(id, structs.finish(id)),
    _embind_register_void: (id: number) => number(id, Int32Array),
    _embind_register_bool: (id: number, _: number, size: number) =>
      number(id, size === 1 ? Uint8Array : Int32Array),
    _embind_register_integer: (id: number, _: number, size: number, least: number) =>
      number(id, arrays[2 * Math.log2(size) + (least < 0 ? 0 : 1)]!),
    _embind_register_float: (id: number, _: number, size: number) =>
      number(id, size === 4 ? Float32Array : Float64Array),
    _embind_register_bigint() {},
    _embind_register_std_wstring() {},
    _embind_register_std_string: (id: number) => types.set(id, text),
    _embind_register_emval: (id: number) => types.set(id, value),
    // Enumerations are given as numbers.
    _embind_register_enum: (id: number) => number(id, Int32Array),
    _embind_register_enum_value() {},
    _embind_register_memory_view(id: number, kind: number) {
      const fromPack = (at: number): unknown => {
        const [length, start] = words(at, 2);
        return new arrays[kind]!(memory().buffer, start, length);
      };
      types.set(id, { fromWire: fromPack, toWire: Number, fromPack });
    },
    _embind_register_function(
      name: number,
      count: number,
      ids: number,
      _: number,
      invoker: number,
      target: number,
    ) {
      const [result, ...params] = words(ids, count);
      const invoke = call(invoker);
      calls[textAt(name)] = (...args) => {
        const done: (() => void)[] = [];
        const wires = params.map((id, i) => typeOf(id).toWire(args[i], done));
        const wire = invoke(target, ...wires);
        for (const free of done) free();
        return typeOf(result!).fromWire(wire);
      };
    },
    _emval_get_global: (name: number) => values.add(globals[textAt(name)]),
    _emval_incref: values.hold,
    _emval_decref: values.release,
    _emval_new(maker: number, count: number, ids: number, pack: number) {
      const of = values.get(maker) as new (...args: unknown[]) => unknown;
      const args = [...words(ids, count)].map((id, i) =>
        typeOf(id).fromPack(pack + PACKED_BYTES * i),
      );
      return values.add(new of(...args));
    },
    emscripten_memcpy_big: (to: number, from: number, count: number) =>
      bytes(0).copyWithin(to, from, from + count),
    emscripten_resize_heap(wanted: number) {
      const held = memory().buffer.byteLength;
      const size = Math.max(wanted >>> 0, LEAST_GROWTH * held);
      if (wanted >>> 0 > MOST_BYTES) return 0;
      try {
        memory().grow(Math.ceil((Math.min(size, MOST_BYTES) - held) / PAGE_BYTES));
        return 1;
      } catch {
        // `malloc` then gives 0.
        return 0;
      }
    },
  };
  return { calls, functions };
}

/** JavaScript's values that a build holds, by handle; the first four never change. */
function createValues() {
  const constants: unknown[] = [undefined, null, true, false];
  const held = new Map<number, { value: unknown; count: number }>();
  let last = constants.length;
  return {
    get: (handle: number): unknown =>
      handle <= constants.length ? constants[handle - 1] : held.get(handle)?.value,
    add(value: unknown): number {
      const known = constants.indexOf(value);
      if (known >= 0) return known + 1;
      held.set(++last, { value, count: 1 });
      return last;
    },
    hold(handle: number): void {
      const entry = held.get(handle);
      if (entry) entry.count++;
    },
    release(handle: number): void {
      const entry = held.get(handle);
      if (entry && --entry.count === 0) held.delete(handle);
    },
  };
}

type Field = { name: string; type: number; set: Call; context: number };

/** Structures, which are given as objects. */
function createStructs({
  call,
  textAt,
  typeOf,
}: {
  call: (at: number) => Call;
  textAt: (at: number) => string;
  typeOf: (id: number) => Type;
}) {
  const structs = new Map<number, { make: Call; free: Call; fields: Field[] }>();
  return {
    functions: {
      _embind_register_value_object(
        ...[id, , , make, , free]: [number, number, number, number, number, number]
      ): void {
        structs.set(id, { make: call(make), free: call(free), fields: [] });
      },
      _embind_register_value_object_field(
        ...[id, name, , , , , type, , set, context]: number[]
      ): void {
        structs.get(id!)!.fields.push({
          name: textAt(name!),
          type: type!,
          set: call(set!),
          context: context!,
        });
      },
    },
    finish(id: number): Type {
      const { make, free, fields } = structs.get(id)!;
      return {
        fromWire: refuseStruct,
        toWire(value, done) {
          const at = make();
          for (const { name, type, set, context } of fields) {
            const given = (value as Record<string, unknown>)[name];
            if (given === undefined) throw new TypeError(`embind: ${name} is missing`);
            set(context, at, typeOf(type).toWire(given, done));
          }
          done.push(() => free(at));
          return at;
        },
        fromPack: refuseStruct,
      };
    },
  };
}

function refuseStruct(): never {
  throw new Error('embind: structures are only given, never returned');
}
