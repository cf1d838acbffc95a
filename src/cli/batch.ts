// Renders a list of pictures, each into a temporary file that gets its name when it is complete.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import { type Failure, failureOf, systemMessage } from './failure.ts';
import { type Input, STANDARD } from './inputs/inputs.ts';
import type { Made, Task } from './messages.ts';
import { outputName, type Target } from './outputs/outputs.ts';
import { exists, isThere, placeFile } from './outputs/place-file.ts';
import type { RenderPlan } from './plan.ts';
import type { Pool } from './pool/pool.ts';
import type { StandardStreams } from './standard-streams.ts';

/** What became of one picture. */
export type Result = {
  input: string;
  /** Name of the result, if it is known. */
  output?: string;
  made?: Made;
  /** Milliseconds from its beginning to its end. */
  ms?: number;
  failure?: Failure;
};

export type BatchPorts = {
  plan: RenderPlan;
  target: Target;
  /** The extension of all results; undefined if each picture decides. */
  extension: string | undefined;
  /** Whether a file may be replaced. */
  mayReplace: (path: string) => boolean;
  jobs: number;
  pool: Pool;
  streams: StandardStreams;
  now: () => number;
  /** Gets the share of a picture that is done, 0…1. */
  onProgress: (input: Input, share: number) => void;
  onResult: (input: Input, result: Result) => void;
};

/** Renders the pictures, so many at a time, in order. */
export async function renderBatch(inputs: readonly Input[], ports: BatchPorts): Promise<void> {
  const rest = inputs[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (const input of rest) {
      const began = ports.now();
      const result = await renderOne(input, ports);
      ports.onResult(input, { input: input.shown, ...result, ms: Math.round(ports.now() - began) });
    }
  };
  await Promise.all(Array.from({ length: Math.min(ports.jobs, inputs.length) }, lane));
}

let serial = 0;

async function renderOne(input: Input, ports: BatchPorts): Promise<Omit<Result, 'input' | 'ms'>> {
  const { target, extension, mayReplace, streams } = ports;
  const output = extension === undefined ? undefined : outputName(target, input, extension);
  const named = output === undefined ? {} : { output };
  const isTaken = async (path: string) => !mayReplace(path) && (await isThere(path));
  if (output !== undefined && target.kind !== 'stdout' && (await isTaken(output)))
    return { ...named, failure: exists };
  serial += 1;
  const folder =
    target.kind === 'stdout' ? await streams.folder() : dirname(outputName(target, input, 'x'));
  const into = join(folder, `.tessera-${process.pid}-${serial}.part`);
  try {
    await mkdir(folder, { recursive: true });
    return { ...named, ...(await renderInto(into, input, ports)) };
  } catch (error) {
    if (error instanceof AppError) return { ...named, failure: failureOf(error) };
    const failure = { code: 'output_unwritable', message: systemMessage(error) } as const;
    return { ...named, failure };
  } finally {
    await rm(into, { force: true }).catch(() => {});
  }
}

async function renderInto(
  into: string,
  input: Input,
  { plan, target, mayReplace, pool, streams, onProgress }: BatchPorts,
): Promise<Omit<Result, 'input' | 'ms'>> {
  const main = input.path === STANDARD ? await streams.input() : input.path;
  const task: Task = { plan: plan.text, main, further: plan.further, into };
  const outcome = await pool.render(task, (share) => onProgress(input, share));
  if ('failure' in outcome) return outcome;
  const { made } = outcome;
  const output = outputName(target, input, made.extension);
  if (target.kind === 'stdout') {
    await streams.write(into);
    return { made, output };
  }
  const failure = await placeFile(into, output, mayReplace(output));
  return failure ? { output, failure } : { output, made };
}
