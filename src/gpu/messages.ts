// Messages between the server process and the renderer processes.
import type { Device } from '../graph/engine.ts';
import type { JobLine } from '../jobs/protocol.ts';
import type { TestedDevice } from '../node/device.ts';

/** A job as a renderer gets it: its blobs are files. */
export type RenderJob = {
  plan: string;
  accept: string | null;
  /** Where results, previews and checkpoints are written. */
  folder: string;
  /** The main image first, then the further images under their names in the plan. */
  inputs: readonly { name: string; file: string }[];
  /** File of the checkpoint that the job continues from. */
  checkpoint?: string;
};

export type ToRenderer =
  | { type: 'job'; job: RenderJob }
  | { type: 'cancel' }
  /** Asks for a checkpoint as soon as possible. */
  | { type: 'save' };

export type FromRenderer =
  /** Sent before each device is tested, so that a device whose test ends the process is not tried again. */
  | { type: 'trying'; kind: Device['kind'] }
  | { type: 'ready'; device: TestedDevice }
  | { type: 'alive'; memoryBytes: number }
  /** A line of the job. `file` has the blob that it announces. `restart`: the process must not render again. */
  | { type: 'line'; line: JobLine; file?: string; restart?: boolean };

/** Whether a line is the last one of its job. */
export const isLast = ({ type }: JobLine): boolean =>
  type === 'result' || type === 'error' || type === 'canceled';
