// What the server process and its renderers say to each other.
import type { Device } from '../graph/engine.ts';
import type { JobLine } from '../jobs/protocol.ts';

/** A job whose blobs are files by now. */
export type RenderJob = {
  plan: string;
  accept: string | null;
  /** Where results, previews and checkpoints are written. */
  folder: string;
  /** The main image first, then the further ones by their texts in the plan. */
  inputs: readonly { name: string; file: string }[];
  checkpoint?: string;
};

export type RendererDevice = Device & {
  /** What the self-test measured. */
  gflops: number;
  /** Why it is not the device that was wished for. */
  notes: readonly string[];
};

export type ToRenderer =
  | { type: 'job'; job: RenderJob }
  | { type: 'cancel' }
  /** Makes a checkpoint due. */
  | { type: 'save' };

export type FromRenderer =
  /** Told before each device, so that one that ends the process can be left out the next time. */
  | { type: 'trying'; kind: Device['kind'] }
  | { type: 'ready'; device: RendererDevice }
  | { type: 'alive'; memoryBytes: number }
  /** `file` has what the line tells of. `restart`: the process ought not to render again. */
  | { type: 'line'; line: JobLine; file?: string; restart?: boolean };

/** Whether a line is a job's last. */
export const isLast = ({ type }: JobLine): boolean =>
  type === 'result' || type === 'error' || type === 'canceled';
