// Whether memory stays flat: medians of the samples, by quarters of the run.

export type Flatness = { quarters: number[]; growth: number };

/** The medians of the four quarters, and the share by which the last exceeds the second. */
export function flatness(samples: readonly number[]): Flatness {
  const quarters = [0, 1, 2, 3].map((i) =>
    median(samples.slice((i * samples.length) / 4, ((i + 1) * samples.length) / 4)),
  );
  const [, second = 0, , last = 0] = quarters;
  return { quarters, growth: second > 0 ? last / second - 1 : 0 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
