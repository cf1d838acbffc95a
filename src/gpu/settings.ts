// Settings of the GPU backend: environment variables with their defaults and ranges.

import { availableParallelism } from 'node:os';
import { messageOf } from '../errors.ts';
import { type DeviceChoice, deviceChoices } from '../node/device.ts';
import { MODELS_FOLDER } from '../node/model-files.ts';

type Variable<T> = { default: T; describe: string; read: (text: string) => T };

const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new RangeError(`expected an integer from ${min} to ${max}, got ${JSON.stringify(text)}`);
  };

const deviceChoice = (text: string): DeviceChoice => {
  const choice = deviceChoices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new RangeError(`expected one of ${deviceChoices.join(', ')}, got ${JSON.stringify(text)}`);
};

const variable = <T>(v: Variable<T>): Variable<T> => v;
const words = (fallback: string, describe: string) =>
  variable({ default: fallback, describe, read: (text) => text });
const count = (fallback: number, [min, max]: [number, number], describe: string) =>
  variable({ default: fallback, describe, read: integer(min, max) });
const ms = (fallback: number, describe: string) => count(fallback, [1, 86_400_000], describe);

const MIB = 2 ** 20;

/** All variables of the backend except `GPU_SECRET` and the limits of pictures, which it shares with the Worker. */
export const gpuVariables = {
  GPU_HOST: words('127.0.0.1', 'Address to listen on; `0.0.0.0` in a container.'),
  GPU_PORT: count(8788, [0, 65_535], 'Port to listen on; 0 selects a free one.'),
  GPU_DEVICE: variable<DeviceChoice>({
    default: 'auto',
    describe:
      '`auto` (CUDA, else a hardware WebGPU adapter, else the processor), `cuda`, `webgpu`, `cpu` or `webgpu-software`.',
    read: deviceChoice,
  }),
  GPU_SLOTS: count(1, [1, 64], 'Jobs that render at the same time, each in its own process.'),
  GPU_THREADS: count(
    0,
    [0, 1024],
    'Threads of each renderer on the processor; 0 divides the cores among the slots.',
  ),
  GPU_QUEUE: count(8, [0, 1000], 'Jobs that may wait for a slot; the answer to more is 429.'),
  GPU_MODELS: words(MODELS_FOLDER, 'Folder of the installed models.'),
  GPU_WORK_DIR: words(
    '',
    "Folder for files of jobs; by default the system's folder for temporary files.",
  ),
  GPU_HEARTBEAT_MS: count(3000, [50, 5000], 'Longest time without a line on a stream.'),
  GPU_PREVIEW_MS: ms(3000, 'Time between previews.'),
  GPU_CHECKPOINT_MS: ms(20_000, 'Time between checkpoints.'),
  GPU_GRACE_MS: ms(60_000, 'How long a job continues while nobody reads its stream.'),
  GPU_HANG_MS: ms(180_000, 'Longest silence of a renderer before it is killed.'),
  GPU_CANCEL_MS: ms(
    5000,
    'How long a renderer may take to end a canceled job before it is killed.',
  ),
  GPU_DRAIN_MS: ms(20_000, 'How long running jobs may continue after SIGTERM.'),
  GPU_STALL_MS: ms(
    30_000,
    'Longest pause of a client that sends or fetches, and longest time until its signature is checked.',
  ),
  GPU_KEEP_MS: ms(900_000, 'How long the files of ended jobs are kept.'),
  GPU_KEEP_BYTES: count(
    1024 * MIB,
    [0, 2 ** 50],
    'Most bytes of files of ended jobs; the oldest are removed first.',
  ),
  GPU_MAX_BLOB_BYTES: count(64 * MIB, [1, 2 ** 40], 'Largest picture in a job.'),
  GPU_MAX_CHECKPOINT_BYTES: count(1024 * MIB, [1, 2 ** 40], 'Largest checkpoint in a job.'),
} as const;

export type Settings = { [K in keyof typeof gpuVariables]: (typeof gpuVariables)[K]['default'] };

/** Reads the settings; unset and empty variables have their default. Throws `Error` naming the variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const entries = Object.entries(gpuVariables).map(([name, { default: fallback, read }]) => {
    const text = env[name];
    if (text === undefined || text === '') return [name, fallback];
    try {
      return [name, read(text)];
    } catch (cause) {
      throw new Error(`${name}: ${messageOf(cause)}`, { cause });
    }
  });
  return Object.fromEntries(entries) as Settings;
}

/** How many threads one renderer uses on the processor. */
export const threadsOf = ({ GPU_THREADS, GPU_SLOTS }: Settings): number =>
  GPU_THREADS || Math.max(1, Math.floor(availableParallelism() / GPU_SLOTS));

/** Most blobs of one job, as in its head: the pictures and the checkpoint. */
const BLOBS_OF_A_JOB = 33;

/** What blobs may take that come in parts before their jobs: as many as the jobs that may wait have. */
export const partLimitsOf = (settings: Settings) => ({
  blobBytes: Math.max(settings.GPU_MAX_BLOB_BYTES, settings.GPU_MAX_CHECKPOINT_BYTES),
  blobs: BLOBS_OF_A_JOB * (settings.GPU_SLOTS + settings.GPU_QUEUE),
  keepMs: settings.GPU_KEEP_MS,
});
