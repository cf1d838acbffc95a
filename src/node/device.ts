// Devices that run the graphs of GPU-only steps; this file does not load their engine.
import type { Device } from '../graph/engine.ts';

/** What can be asked for: a kind of device, or the best one that works. */
export const deviceChoices = ['auto', 'cuda', 'webgpu', 'cpu', 'webgpu-software'] as const;

export type DeviceChoice = (typeof deviceChoices)[number];

/** A device that passed its test. */
export type TestedDevice = Device & {
  /** Speed that the self-test measured. */
  gflops: number;
  /** Why devices that were tried before it were not chosen. */
  notes: readonly string[];
};
