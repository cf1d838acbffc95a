// Runs the variants of a comparison in turn, so that what disturbs the machine disturbs all of them.

// The first runs compile WASM and let the JIT settle.
const WARM_UP = 4;

/** `rounds` samples of each variant, taken A B C A B C …, after four rounds (or `warmUp`) that do not count. */
export async function interleave(
  rounds: number,
  variants: Record<string, () => Promise<number>>,
  warmUp = WARM_UP,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {};
  for (const name of Object.keys(variants)) samples[name] = [];
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, run] of Object.entries(variants)) {
      const value = await run();
      if (round >= 0) samples[name]?.push(value);
    }
  }
  return samples;
}
