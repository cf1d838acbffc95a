// `tessera <plan> <input>... <output>`: finds the pictures, names their results, renders them, and watches them if asked.
import { existsSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from '../errors.ts';
import { renderBatch } from './batch.ts';
import { wrongUsage } from './failure.ts';
import { type Found, findInputs, type Input } from './inputs/inputs.ts';
import type { RendererSettings } from './messages.ts';
import type { RenderOptions } from './options.ts';
import {
  checkFormat,
  checkNames,
  extensionOf,
  formatInName,
  outputName,
  ownFolder,
  readTarget,
  type Target,
} from './outputs/outputs.ts';
import { type RenderPlan, readPlan } from './plan.ts';
import { createPool } from './pool/pool.ts';
import type { ProcessOptions, RendererProcess } from './pool/process.ts';
import { createReport, jsonLine, type Report } from './report.ts';
import { createStandardStreams } from './standard-streams.ts';
import { watch } from './watch.ts';

export type CommandPorts = {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean };
  stderr: { isTTY?: boolean; columns?: number; write: (text: string) => unknown };
  /** Aborted when the command is interrupted. */
  signal: AbortSignal;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  /** Bytes of memory that are free. */
  freeBytes: () => number;
  cores: number;
  startProcess: (options: Omit<ProcessOptions, 'program'>) => RendererProcess;
};

/** Read and checked before the first picture is rendered. */
type Work = {
  options: RenderOptions;
  plan: RenderPlan;
  target: Target;
  extension: string | undefined;
  find: () => Promise<Found>;
};

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command and returns its exit code. Throws AppError for wrong usage, before anything is written. */
export async function renderCommand(options: RenderOptions, ports: CommandPorts): Promise<number> {
  const work = await readWork(options);
  const found = await work.find();
  checkFound(found, work);
  if (options.dryRun) return dryRun(found, work, ports);
  const streams = createStandardStreams(ports.stdin, ports.stdout);
  const report = createReport({ ...options, ...ports });
  const processes = options.watch
    ? options.jobs
    : Math.min(options.jobs, Math.max(1, found.inputs.length));
  const settings = settingsOf(work, processes, ports);
  const pool = createPool(processes, () =>
    ports.startProcess({ settings, timeoutMs: options.timeoutMs }),
  );
  const interrupt = (): void => pool.end();
  ports.signal.addEventListener('abort', interrupt);
  if (ports.signal.aborted) interrupt();
  const made = new Set<string>();
  const render = async ({ inputs, failures }: Pick<Found, 'inputs' | 'failures'>) => {
    report.begin(inputs.length + failures.length);
    for (const { input, failure } of failures) report.result(input, { input, failure });
    await renderBatch(inputs, {
      ...work,
      ...ports,
      jobs: options.jobs,
      pool,
      streams,
      mayReplace: (path) => options.force || made.has(resolve(path)),
      onProgress: (input, share) => report.progress(input.path, share),
      onResult(input, result) {
        if (result.output !== undefined && result.made) made.add(resolve(result.output));
        if (result.failure?.code !== 'interrupted') report.result(input.path, result);
      },
    });
    report.end();
  };
  try {
    if (options.watch) await watchAll(found, { work, ports, report, made, render });
    else await render(found);
  } finally {
    ports.signal.removeEventListener('abort', interrupt);
    pool.end();
    await streams.remove();
  }
  // A watch ends only when it is interrupted.
  if (ports.signal.aborted && !options.watch) return EXIT.interrupted;
  return report.failed() > 0 ? EXIT.failed : EXIT.done;
}

async function readWork(options: RenderOptions): Promise<Work> {
  const target = readTarget(options.output, isFolder);
  const plan = await readPlan(options.plan, { files: options.further, f: formatInName(target) });
  checkFormat(target, plan.f);
  const own = ownFolder(target);
  const except = own !== undefined && existsSync(own) ? await realpath(own) : undefined;
  const named = options.inputs.filter(isFolder).map((folder) => resolve(folder));
  // A folder that is an input itself is searched.
  const skipped = except !== undefined && !named.includes(except) ? except : undefined;
  const find = () => findInputs(options.inputs, skipped);
  return { options, plan, target, extension: extensionOf(plan.f), find };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function checkFound({ inputs, several }: Found, { target, plan, extension, options }: Work): void {
  if (several && (target.kind === 'file' || target.kind === 'stdout')) {
    throw wrongUsage(
      `${options.output}: expected a folder or a template such as {name}.{format} for several pictures`,
    );
  }
  checkNames(inputs, { target, extension });
  const outputs = new Set(
    inputs.map((input) => resolve(outputName(target, input, extension ?? '*'))),
  );
  const replaced = plan.further.find(({ file }) => outputs.has(resolve(file)));
  if (replaced && target.kind !== 'stdout')
    throw wrongUsage(`${replaced.file}: expected an output that is none of the inputs`);
}

/** Share of the free memory that pictures get, 0…1; the rest is for programs. */
const MEMORY_SHARE = 0.8;

/** Settings of each renderer process, if there are this many. */
function settingsOf(
  { options, plan }: Work,
  processes: number,
  { freeBytes, cores }: CommandPorts,
): RendererSettings {
  const { device, models, memoryBytes } = options;
  return {
    memoryBytes: memoryBytes ?? Math.floor((MEMORY_SHARE * freeBytes()) / processes),
    device,
    threads: plan.usesEngine ? Math.max(1, Math.floor(cores / processes)) : 1,
    models,
  };
}

function dryRun(
  { inputs, failures }: Found,
  { target, extension, options }: Work,
  { stdout, stderr }: CommandPorts,
): number {
  for (const { input, failure } of failures) stderr.write(`${input}: ${failure.message}\n`);
  for (const input of inputs) {
    const output = outputName(target, input, extension ?? '{format}');
    stdout.write(
      options.json
        ? `${jsonLine({ input: input.shown, output })}\n`
        : `${input.shown} → ${output}\n`,
    );
  }
  return failures.length > 0 ? EXIT.failed : EXIT.done;
}

type Watching = {
  work: Work;
  ports: CommandPorts;
  report: Report;
  made: ReadonlySet<string>;
  render: (found: Pick<Found, 'inputs' | 'failures'>) => Promise<void>;
};

/** Renders all, and then what changes; a changed further picture changes all. */
async function watchAll(first: Found, { work, ports, report, made, render }: Watching) {
  const { options, plan, find } = work;
  const further = plan.further.map(({ file }) => file);
  const findNow = async (): Promise<Found> => {
    const found = await find();
    return { ...found, inputs: found.inputs.filter(({ path }) => !made.has(resolve(path))) };
  };
  const isEnded = (): boolean => ports.signal.aborted;
  await watch({
    ...ports,
    isEnded,
    files: async () => [...(await findNow()).inputs.map(({ path }) => path), ...further],
    async begin() {
      await render(first);
      if (!options.quiet && !options.json && !isEnded())
        ports.stderr.write('watching; Ctrl-C ends\n');
    },
    async changed(files) {
      const { inputs } = await findNow();
      const all = files.some((file) => further.includes(file));
      const wanted = inputs.filter(({ path }) => all || files.includes(path));
      if (wanted.length > 0 && isNamedWell(inputs, work, report)) {
        await render({ inputs: wanted, failures: [] });
      }
    },
  });
}

/** Whether new pictures leave each result a name of its own; reports it if not. */
function isNamedWell(inputs: readonly Input[], work: Work, report: Report): boolean {
  try {
    checkNames(inputs, work);
    return true;
  } catch (error) {
    const failure = { code: 'bad_option', message: messageOf(error) } as const;
    report.result('', { input: work.options.output, failure });
    return false;
  }
}
