// Finds the Huffman codes that make given symbols shortest, within the 16 bits that JPEG allows.

export type HuffmanCodes = {
  /** By symbol. */
  codes: Uint16Array;
  lengths: Uint8Array;
  /** As a table segment has them: how many codes of each length from 1 to 16, and their symbols in order. */
  counts: Uint8Array;
  symbols: Uint8Array;
};

const MAX_BITS = 16;
/** Stands for the code of ones only, which JPEG does not allow. */
const NONE = 256;

/** Codes for symbols 0…255 that occur `frequencies[symbol]` times; those that never occur get none. */
export function huffmanCodes(frequencies: Uint32Array): HuffmanCodes {
  const used = [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0);
  const weights = [...used.map((symbol) => frequencies[symbol]!), 0.5];
  let depths = treeDepths(weights);
  // Flatter weights make flatter trees.
  for (let scale = 2; Math.max(...depths) > MAX_BITS; scale *= 2) {
    depths = treeDepths(weights.map((weight) => (weight < 1 ? weight : Math.ceil(weight / scale))));
  }
  const order = [...used, NONE]
    .map((symbol, i) => ({ symbol, depth: depths[i]! }))
    .sort((a, b) => a.depth - b.depth || a.symbol - b.symbol)
    .filter(({ symbol }) => symbol !== NONE);
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  const counts = new Uint8Array(MAX_BITS);
  let code = 0;
  let length = 0;
  for (const { symbol, depth } of order) {
    code <<= depth - length;
    length = depth;
    codes[symbol] = code++;
    lengths[symbol] = depth;
    counts[depth - 1]!++;
  }
  return { codes, lengths, counts, symbols: Uint8Array.from(order, ({ symbol }) => symbol) };
}

/** How deep each weight lies in a tree that joins the two lightest again and again; at least 1. */
function treeDepths(weights: readonly number[]): number[] {
  if (weights.length === 1) return [1];
  const depths = weights.map(() => 0);
  let trees = weights.map((weight, i) => ({ weight, leaves: [i] }));
  while (trees.length > 1) {
    trees.sort((a, b) => a.weight - b.weight);
    const [a, b, ...others] = trees as [(typeof trees)[0], ...typeof trees];
    const leaves = [...a.leaves, ...(b as typeof a).leaves];
    for (const leaf of leaves) depths[leaf]!++;
    trees = [...others, { weight: a.weight + (b as typeof a).weight, leaves }];
  }
  return depths;
}
