// Reads the command line. Throws AppError for what is wrong with it; the program then ends with the exit code 2.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '../errors.ts';
import { type DeviceChoice, deviceChoices } from '../node/device.ts';
import { wrongUsage } from './failure.ts';

/** A command line that renders pictures. */
export type RenderOptions = {
  plan: string;
  inputs: string[];
  output: string;
  /** Files of further pictures by the parameter that names them. */
  further: ReadonlyMap<string, readonly string[]>;
  force: boolean;
  watch: boolean;
  dryRun: boolean;
  json: boolean;
  quiet: boolean;
  jobs: number;
  timeoutMs: number;
  /** Undefined: what is free, divided among the jobs. */
  memoryBytes: number | undefined;
  device: DeviceChoice;
  models: string | undefined;
};

export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'effects'; name: string | undefined }
  | { kind: 'serve'; port: number | undefined }
  | { kind: 'render'; options: RenderOptions };

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

const config = {
  input: { type: 'string', multiple: true, default: [] as string[] },
  force: flag,
  watch: flag,
  'dry-run': flag,
  json: flag,
  quiet: flag,
  jobs: text,
  timeout: text,
  memory: text,
  device: text,
  models: text,
  port: text,
  help: { ...flag, short: 'h' },
  version: flag,
} as const;

const MOST_JOBS = 256;
const DEFAULT_TIMEOUT_S = 3600;
const MIB = 2 ** 20;

/** Reads the command from the arguments of the process. Throws for unknown options and wrong values. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [first, ...rest] = positionals;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (first === 'effects') {
    if (rest.length > 1) throw wrongUsage(`effects: expected at most one name, got ${rest.length}`);
    return { kind: 'effects', name: rest[0] };
  }
  if (first === 'serve') {
    if (rest.length > 0) throw wrongUsage(`serve: expected options alone, got ${quotedAll(rest)}`);
    return { kind: 'serve', port: integer('--port', values.port, 1, 65_535) };
  }
  if (values.port !== undefined) throw wrongUsage('--port: expected together with serve');
  if (first === undefined || rest.length < 2) {
    throw wrongUsage(
      `expected a plan, an input and an output, got ${positionals.length === 0 ? 'nothing' : quotedAll(positionals)}`,
    );
  }
  return { kind: 'render', options: renderOptions(first, rest, values) };
}

type Values = ReturnType<typeof parsed>['values'];

function renderOptions(plan: string, paths: string[], values: Values): RenderOptions {
  const [inputs, output] = [paths.slice(0, -1), paths.at(-1)!];
  const { json, watch, device } = values;
  const standard = [...inputs, output].includes('-');
  if (watch && standard) throw wrongUsage('--watch: expected files, got -');
  if (json && output === '-') throw wrongUsage('--json: expected another output than -');
  return {
    plan,
    inputs,
    output,
    further: furtherFiles(values.input),
    force: values.force,
    watch,
    dryRun: values['dry-run'],
    json,
    quiet: values.quiet,
    jobs: integer('--jobs', values.jobs, 1, MOST_JOBS) ?? availableParallelism(),
    timeoutMs: 1000 * (integer('--timeout', values.timeout, 1, 86_400) ?? DEFAULT_TIMEOUT_S),
    memoryBytes: megabytes(integer('--memory', values.memory, 1, 2 ** 20)),
    device: deviceOf(device),
    models: values.models,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals: true });
  } catch (error) {
    throw wrongUsage(messageOf(error));
  }
}

function furtherFiles(pairs: readonly string[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const pair of pairs) {
    const [, name, file] = /^([A-Za-z]+)=(.+)$/s.exec(pair) ?? [];
    if (!name || !file)
      throw wrongUsage(`--input: expected <parameter>=<file>, got ${JSON.stringify(pair)}`);
    files.set(name, [...(files.get(name) ?? []), file]);
  }
  return files;
}

function integer(
  name: string,
  given: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw wrongUsage(
    `${name}: expected an integer from ${least} to ${most}, got ${JSON.stringify(given)}`,
  );
}

const megabytes = (count: number | undefined): number | undefined =>
  count === undefined ? undefined : count * MIB;

function deviceOf(given = 'auto'): DeviceChoice {
  const choice = deviceChoices.find((one) => one === given);
  if (choice) return choice;
  throw wrongUsage(
    `--device: expected one of ${deviceChoices.join(', ')}, got ${JSON.stringify(given)}`,
  );
}

const quotedAll = (texts: readonly string[]): string =>
  texts.map((one) => JSON.stringify(one)).join(' ');
