// Undoes the five PNG row filters.

/**
 * The one of left `a`, above `b` and corner `c` that is nearest to a + b − c. Without branches, which processors cannot
 * foretell here: with them a row takes twice as long.
 */
function paeth(a: number, b: number, c: number): number {
  let toLeft = b - c;
  let toAbove = a - c;
  let toCorner = toLeft + toAbove;
  toLeft = (toLeft ^ (toLeft >> 31)) - (toLeft >> 31);
  toAbove = (toAbove ^ (toAbove >> 31)) - (toAbove >> 31);
  toCorner = (toCorner ^ (toCorner >> 31)) - (toCorner >> 31);
  const notLeft = ((toAbove - toLeft) | (toCorner - toLeft)) >> 31;
  const corner = (toCorner - toAbove) >> 31;
  return (a & ~notLeft) | (((b & ~corner) | (c & corner)) & notLeft);
}

/** Two rows of one length, which is a multiple of 24, so that words and pixels of any size fill them; `pixelBytes` is that of whole pixels, at least 1. */
export type FilteredRow = { row: Uint8Array; above: Uint8Array; pixelBytes: number };

/** Turns the filtered samples of `row` into plain ones, in place, by the filter of type 0…4. */
export function unfilterRow({ row, above, pixelBytes }: FilteredRow, type: number): void {
  if (type === 1) undoLeft(row, pixelBytes);
  else if (type === 2) undoAbove(row, above);
  else if (type === 3) undoMean(row, above, pixelBytes);
  else if (type === 4 && pixelBytes === 3) undoPaeth3(row, above);
  else if (type === 4 && pixelBytes === 4) undoPaeth4(row, above);
  else if (type === 4) undoPaeth(row, above, pixelBytes);
}

function undoLeft(row: Uint8Array, step: number): void {
  for (let channel = 0; channel < step; channel++) {
    let a = 0;
    for (let i = channel; i < row.length; i += step) {
      a = (row[i]! + a) & 255;
      row[i] = a;
    }
  }
}

/** Four samples at a time: their low seven bits are added, the highest one has no neighbour to carry into. */
function undoAbove(row: Uint8Array, above: Uint8Array): void {
  const words = new Int32Array(row.buffer, row.byteOffset, row.length / 4);
  const others = new Int32Array(above.buffer, above.byteOffset, row.length / 4);
  for (let i = 0; i < words.length; i++) {
    const x = words[i]!;
    const b = others[i]!;
    words[i] = ((x & 0x7f7f7f7f) + (b & 0x7f7f7f7f)) ^ ((x ^ b) & 0x80808080);
  }
}

function undoMean(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let channel = 0; channel < step; channel++) {
    let a = 0;
    for (let i = channel; i < row.length; i += step) {
      a = (row[i]! + ((a + above[i]!) >> 1)) & 255;
      row[i] = a;
    }
  }
}

function undoPaeth(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let channel = 0; channel < step; channel++) {
    let a = 0;
    let c = 0;
    for (let i = channel; i < row.length; i += step) {
      const b = above[i]!;
      a = (row[i]! + paeth(a, b, c)) & 255;
      row[i] = a;
      c = b;
    }
  }
}

// Each channel waits for its own last result, so three or four side by side are faster than one behind the other.

function undoPaeth3(row: Uint8Array, above: Uint8Array): void {
  let [a0, a1, a2] = [0, 0, 0];
  let [c0, c1, c2] = [0, 0, 0];
  for (let i = 0; i < row.length; i += 3) {
    const b0 = above[i]!;
    const b1 = above[i + 1]!;
    const b2 = above[i + 2]!;
    a0 = (row[i]! + paeth(a0, b0, c0)) & 255;
    a1 = (row[i + 1]! + paeth(a1, b1, c1)) & 255;
    a2 = (row[i + 2]! + paeth(a2, b2, c2)) & 255;
    row[i] = a0;
    row[i + 1] = a1;
    row[i + 2] = a2;
    c0 = b0;
    c1 = b1;
    c2 = b2;
  }
}

function undoPaeth4(row: Uint8Array, above: Uint8Array): void {
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  let [c0, c1, c2, c3] = [0, 0, 0, 0];
  for (let i = 0; i < row.length; i += 4) {
    const b0 = above[i]!;
    const b1 = above[i + 1]!;
    const b2 = above[i + 2]!;
    const b3 = above[i + 3]!;
    a0 = (row[i]! + paeth(a0, b0, c0)) & 255;
    a1 = (row[i + 1]! + paeth(a1, b1, c1)) & 255;
    a2 = (row[i + 2]! + paeth(a2, b2, c2)) & 255;
    a3 = (row[i + 3]! + paeth(a3, b3, c3)) & 255;
    row[i] = a0;
    row[i + 1] = a1;
    row[i + 2] = a2;
    row[i + 3] = a3;
    c0 = b0;
    c1 = b1;
    c2 = b2;
    c3 = b3;
  }
}
