// Makes the memory of an Emscripten module grow by little more than it needs.

/** For each growth, Emscripten first asks for 20 % more memory than there was; if it is refused, for 10 %, and then for 5 %. */
const ATTEMPTS = 3;

const PAGE_BYTES = 65536;

/**
 * The instance to hand to the glue. Its memory refuses the first two attempts of each growth, and every growth to a number of bytes that
 * `allows` rejects; the glue then makes `malloc` return 0.
 */
export function growTightly(
  { exports }: WebAssembly.Instance,
  allows: (bytes: number) => boolean = () => true,
): WebAssembly.Instance {
  const entries = Object.entries(exports).map(([name, value]) => [
    name,
    value instanceof WebAssembly.Memory ? tight(value, allows) : value,
  ]);
  return { exports: Object.fromEntries(entries) };
}

function tight(
  memory: WebAssembly.Memory,
  allows: (bytes: number) => boolean,
): Pick<WebAssembly.Memory, 'buffer' | 'grow'> {
  let attempt = 0;
  return {
    get buffer() {
      return memory.buffer;
    },
    grow(pages) {
      attempt = (attempt % ATTEMPTS) + 1;
      if (attempt < ATTEMPTS) throw new RangeError('expected a smaller growth');
      if (!allows(memory.buffer.byteLength + PAGE_BYTES * pages))
        throw new RangeError('expected a growth within the limit');
      return memory.grow(pages);
    },
  };
}
