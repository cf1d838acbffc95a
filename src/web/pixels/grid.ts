// Pixels of a small grid: its colours, and its enlargement with hard edges.

export type Pixels = { width: number; height: number; data: Uint8ClampedArray };

/** The different opaque colours as `#rrggbb`, the most frequent first; undefined if there are more than `most`. */
export function coloursIn({ data }: Pick<Pixels, 'data'>, most: number): string[] | undefined {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! < 128) continue;
    const colour = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
    if (counts.size > most) return undefined;
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([colour]) => `#${colour.toString(16).padStart(6, '0')}`);
}

/** Each pixel as a square of `factor` × `factor`. */
export function enlarged({ width, height, data }: Pixels, factor: number): Pixels {
  const wide = width * factor;
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(wide * height * factor);
  for (let y = 0; y < height * factor; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < wide; x++) to[y * wide + x] = from[row + Math.floor(x / factor)]!;
  }
  return { width: wide, height: height * factor, data: new Uint8ClampedArray(to.buffer) };
}
