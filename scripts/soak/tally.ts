// Counts the outcomes of the soak's requests, and prints them as a table.

export type Tally = {
  add: (name: string, outcome: string, ms: number) => void;
  /** The wrong outcomes, each with its count. */
  wrong: () => string[];
  table: () => string;
  requests: () => number;
};

/** Makes an empty tally. */
export function createTally(): Tally {
  const rows = new Map<string, { count: number; slowest: number }>();
  let requests = 0;
  return {
    add(name, outcome, ms) {
      requests++;
      const key = `${name}\t${outcome}`;
      const row = rows.get(key) ?? { count: 0, slowest: 0 };
      rows.set(key, { count: row.count + 1, slowest: Math.max(row.slowest, ms) });
    },
    wrong: () =>
      [...rows]
        .filter(([key]) => key.includes('\tWRONG'))
        .map(([key, { count }]) => `${count} × ${key}`),
    table() {
      const lines = [...rows]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, { count, slowest }]) => [
          ...key.split('\t'),
          String(count),
          slowest.toFixed(0),
        ]);
      const all = [['case', 'outcome', 'times', 'slowest, ms'], ...lines];
      const widths = [0, 1, 2, 3].map((i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
      return all
        .map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
        .join('\n');
    },
    requests: () => requests,
  };
}
