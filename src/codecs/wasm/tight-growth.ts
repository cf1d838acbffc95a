// Makes the memory of an Emscripten module grow by little more than it needs.

/** Emscripten asks for 20, 10 and 5 % more than there was, in turn, until it gets it. */
const ATTEMPTS = 3;

/**
 * What to give to the glue as the instance: its memory refuses the first two attempts of each growth, and any where `allows` says
 * no to the bytes there would be. The glue then makes `malloc` return 0.
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
      if (!allows(memory.buffer.byteLength + 65536 * pages)) throw new RangeError('no memory left');
      return memory.grow(pages);
    },
  };
}
