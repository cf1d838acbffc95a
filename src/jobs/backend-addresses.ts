// Where the GPU backends are: the addresses in `GPU_BACKENDS`.

const MAX_BACKENDS = 32;

/** A container of the Worker itself, by its number. */
const CONTAINER = /^container:(\d{1,3})$/;

/**
 * Reads `GPU_BACKENDS`: at most 32 addresses, separated by commas. An address is the origin of a URL (`https://gpu.example.com`), or
 * `container:<number>` for a container of the Worker. Throws `RangeError`.
 */
export function parseBackends(text: string): readonly string[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  if (parts.length > MAX_BACKENDS) {
    throw new RangeError(
      `GPU_BACKENDS: expected at most ${MAX_BACKENDS} addresses, got ${parts.length}`,
    );
  }
  return parts.map((part) => {
    const address = part.trim();
    if (CONTAINER.test(address)) return `container:${Number(containerOf(address))}`;
    const url = URL.parse(address);
    const plain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    if (!plain) {
      throw new RangeError(
        `GPU_BACKENDS: expected addresses like https://gpu.example.com or container:0, got ${JSON.stringify(part)}`,
      );
    }
    return url.origin;
  });
}

/** The number of a container; undefined for a backend elsewhere. */
export const containerOf = (address: string): string | undefined => CONTAINER.exec(address)?.[1];
