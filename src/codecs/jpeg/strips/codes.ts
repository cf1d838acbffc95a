// Finds the Huffman codes with which given symbols take the fewest bits, within the 16 bits per code that JPEG allows.

export type HuffmanCodes = {
  /** Codes and their lengths by symbol. */
  codes: Uint16Array;
  lengths: Uint8Array;
  /** As in a table segment: the number of codes of each length from 1 to 16, and the symbols in the order of their codes. */
  counts: Uint8Array;
  symbols: Uint8Array;
};

const MAX_BITS = 16;
/** A symbol that never occurs; it takes the code of ones only, which JPEG does not allow. */
const NONE = 256;

/** Codes for symbols 0…255 that occur `frequencies[symbol]` times; symbols that never occur get no code. */
export function huffmanCodes(frequencies: Uint32Array): HuffmanCodes {
  const used = [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0);
  const weights = [...used.map((symbol) => frequencies[symbol]!), 0.5];
  let depths = treeDepths(weights);
  // Weights that differ less make trees that are less deep.
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

/** The depth of each weight in a tree that repeatedly joins the two lightest nodes; at least 1. */
function treeDepths(weights: readonly number[]): number[] {
  if (weights.length === 1) return [1];
  const depths = weights.map(() => 0);
  let trees = weights.map((weight, i) => ({ weight, leaves: [i] }));
  while (trees.length > 1) {
    trees.sort((a, b) => a.weight - b.weight);
    const [a, b, ...others] = trees as [(typeof trees)[0], ...typeof trees];
    const leaves = [...a.leaves, ...b!.leaves];
    for (const leaf of leaves) depths[leaf]!++;
    trees = [...others, { weight: a.weight + b!.weight, leaves }];
  }
  return depths;
}
