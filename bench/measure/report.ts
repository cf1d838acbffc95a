// Medians and targets, tables as Markdown, and the sections of bench/README.md that hold them.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

export type Table = { title: string; columns: string[]; rows: (string | number)[][] };

export type Target = { name: string; limit: string; value: string; reached: boolean };

/** What a case found. */
export type Outcome = { tables: Table[]; targets: Target[]; notes: string[] };

/** Middle value; the mean of the two in the middle of an even count. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half]!;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
}

/** Three significant digits, no exponent. */
export function rounded(value: number): number {
  if (Math.abs(value) < 1e-6) return 0; // differences of equal clock readings
  if (Math.abs(value) >= 100) return Math.round(value);
  return Number(value.toPrecision(3));
}

/** One row for each variant. The ratio is against `baseline`'s median: above one means slower. */
export function mediansTable(
  title: string,
  unit: string,
  samples: Record<string, number[]>,
  baseline?: string,
): Table {
  const base = baseline === undefined ? undefined : median(samples[baseline]!);
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

/** Replaces the section `<!-- name -->` … `<!-- /name -->` of bench/README.md. Throws if there is none. */
export async function writeSection(name: string, section: string): Promise<void> {
  const readme = join(import.meta.dirname, '../README.md');
  const text = await readFile(readme, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || rest < before) throw new Error(`bench/README.md: expected ${begin} and ${end}`);
  await writeFile(readme, `${text.slice(0, before + begin.length)}\n${section}${text.slice(rest)}`);
}

/** `Measured 2026-11-30 on 1a2b3c4`, with `-dirty` if there are changes that are not committed. */
export function dateAndCommit(): string {
  return `Measured ${new Date().toISOString().slice(0, 10)} on ${commit()}`;
}

/** The processor and the versions of what was measured, as one line. */
export async function machineAndVersions(): Promise<string> {
  const packages = [
    'wrangler',
    'workerd',
    '@tensorflow/tfjs-core',
    'onnxruntime-node',
    'ipx',
    'sharp',
  ];
  const versions = await Promise.all(
    packages.map(async (name) => `${name} ${await versionOf(name)}`),
  );
  const processor = `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`;
  return `${processor}; Node ${process.versions.node}, ${versions.join(', ')}.`;
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
    return 'an unknown commit';
  }
}
