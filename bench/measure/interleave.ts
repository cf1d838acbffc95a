// Runs the variants of a comparison in turn, so that a disturbance of the machine affects all of them.

// The first runs compile WASM and let the JIT settle.
const WARM_UP_ROUNDS = 4;

/** `rounds` samples of each variant, taken A B C A B C …, after `warmUp` rounds that do not count (fewer than count: a quick run has none). */
export async function interleave(
  rounds: number,
  variants: Record<string, () => Promise<number>>,
  warmUp = WARM_UP_ROUNDS,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {};
  for (const name of Object.keys(variants)) samples[name] = [];
  for (let round = -Math.min(warmUp, rounds - 1); round < rounds; round++) {
    for (const [name, run] of Object.entries(variants)) {
      const value = await run();
      if (round >= 0) samples[name]!.push(value);
    }
  }
  return samples;
}
