// Messages between the command and its renderer processes.
import type { DeviceChoice } from '../node/device.ts';
import type { Failure } from './failure.ts';

/** Settings of one renderer process. */
export type RendererSettings = {
  /** Most bytes that a picture may take while it is rendered. */
  memoryBytes: number;
  /** `auto` or a kind of device, for steps that need an engine. */
  device: DeviceChoice;
  /** Threads of that engine on the processor. */
  threads: number;
  /** Folder of installed models that is searched first. */
  models: string | undefined;
};

export type Task = {
  /** The plan in canonical text. */
  plan: string;
  /** The main picture, and the further ones under their texts in the plan, as files. */
  main: string;
  further: readonly { text: string; file: string }[];
  /** Where the result is written. */
  into: string;
};

export type Made = {
  /** Size of the file. */
  bytes: number;
  /** Size of the picture, in pixels. */
  width: number;
  height: number;
  /** Name of the format, and the usual extension of its files. */
  format: string;
  extension: string;
};

export type ToRenderer = { type: 'task'; task: Task };

export type FromRenderer =
  /** The share of the current picture's work that is done, 0…1. */
  | { type: 'progress'; share: number }
  /** A device is tested now, which may end the process. */
  | { type: 'trying'; device: string }
  | { type: 'made'; made: Made }
  | { type: 'failed'; failure: Failure };
