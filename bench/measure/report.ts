// Medians, tables as Markdown, and where they are kept.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

export type Table = { title: string; columns: string[]; rows: (string | number)[][] };

export type Target = { name: string; limit: string; value: string; reached: boolean };

/** What a case found. `samples` are the raw numbers behind the tables. */
export type Outcome = {
  tables: Table[];
  targets: Target[];
  notes: string[];
  samples: Record<string, number[]>;
};

/** A result file. */
export type Result = Outcome & {
  case: string;
  date: string;
  machine: Record<string, string | number>;
};

/** Middle value; the mean of the two in the middle of an even count. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** Three significant digits, no exponent. */
export function rounded(value: number): number {
  if (Math.abs(value) < 1e-6) return 0; // differences of equal clock readings
  if (Math.abs(value) >= 100) return Math.round(value);
  return Number(value.toPrecision(3));
}

/** One row per variant; the ratio is against `baseline`'s median, above one where the row is slower. */
export function mediansTable(
  title: string,
  unit: string,
  samples: Record<string, number[]>,
  baseline?: string,
): Table {
  const base = baseline === undefined ? undefined : median(samples[baseline] as number[]);
  return {
    title,
    columns: ['', `median ${unit}`, 'min', 'max', 'runs', ...(base === undefined ? [] : ['ratio'])],
    rows: Object.entries(samples).map(([name, values]) => [
      name,
      rounded(median(values)),
      rounded(Math.min(...values)),
      rounded(Math.max(...values)),
      values.length,
      ...(base === undefined ? [] : [rounded(median(values) / base)]),
    ]),
  };
}

export function atMost(name: string, limit: number, value: number, unit: string): Target {
  return {
    name,
    limit: `≤ ${limit} ${unit}`,
    value: `${rounded(value)} ${unit}`,
    reached: value <= limit,
  };
}

export function atLeast(name: string, limit: number, value: number, unit: string): Target {
  return {
    name,
    limit: `≥ ${limit} ${unit}`,
    value: `${rounded(value)} ${unit}`,
    reached: value >= limit,
  };
}

/** The tables, targets and notes as Markdown. */
export function markdown({ tables, targets, notes }: Outcome): string {
  const parts = tables.map(({ title, columns, rows }) => `${title}\n\n${grid(columns, rows)}`);
  if (targets.length > 0) {
    const rows = targets.map((t) => [t.name, t.limit, t.value, t.reached ? 'yes' : 'no']);
    parts.push(`Targets\n\n${grid(['', 'limit', 'measured', 'reached'], rows)}`);
  }
  if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function grid(columns: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const bar = line(columns.map((_, i) => (i === 0 ? '---' : '---:')));
  return [line(columns), bar, ...rows.map(line)].join('\n');
}

/** Writes the case's tables into `README.md`. `load` is the machine's load before the case began. */
export async function writeResult(name: string, outcome: Outcome, load: number): Promise<void> {
  const result: Result = {
    case: name,
    date: new Date().toISOString(),
    machine: await machine(load),
    ...outcome,
  };
  const readme = join(import.meta.dirname, '../README.md');
  const section = `${origin(result)}\n\n${markdown(outcome)}`;
  await writeFile(readme, withSection(await readFile(readme, 'utf8'), name, section));
}

/** When and from what a case's tables are. */
export function origin({ date, machine }: Pick<Result, 'date' | 'machine'>): string {
  const load = Number(machine.loadBefore).toFixed(1);
  return `Measured ${date.slice(0, 10)} on ${machine.commit}, load ${load} before.`;
}

/** `text` with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
function withSection(text: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || rest < before) throw new Error(`README.md: expected ${begin} and ${end}`);
  return `${text.slice(0, before + begin.length)}\n${section}${text.slice(rest)}`;
}

async function machine(load: number): Promise<Record<string, string | number>> {
  const packages = [
    'wrangler',
    'workerd',
    '@tensorflow/tfjs-backend-wasm',
    'onnxruntime-node',
    'ipx',
    'sharp',
  ];
  const versions = await Promise.all(packages.map(async (name) => [name, await versionOf(name)]));
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    loadBefore: load,
    loadAfter: loadavg()[0] as number,
    node: process.versions.node,
    commit: commit(),
    ...Object.fromEntries(versions),
  };
}

async function versionOf(name: string): Promise<string> {
  const file = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

function commit(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8', timeout: 5000 } as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return 'unknown';
  }
}
