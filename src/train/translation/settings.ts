// Settings of the trainings `pix2pix` and `cyclegan` on a user's own pictures: smaller than published, for processors.
import type { DiscriminatorKind, GeneratorKind } from './networks.ts';

/** Pixels along an edge of a crop. */
export const SIDE = 64;
export const BATCH = 2;

export const unetGenerator: GeneratorKind = {
  kind: 'unet',
  depth: 5,
  width: 24,
  skips: true,
  norm: 'instance',
  dropout: true,
};

export const resnetGenerator: GeneratorKind = {
  kind: 'resnet',
  blocks: 4,
  width: 16,
  norm: 'instance',
};

export const discriminator: DiscriminatorKind & { spectral: boolean } = {
  layers: 2,
  width: 24,
  norm: 'instance',
  spectral: false,
};

/** Rates fall to 0 over the second half of these steps. */
export const STEPS = 40_000;

export const options = {
  beta1: 0.5,
  beta2: 0.999,
  epsilon: 1e-8,
  clip: 100,
  decay: 0.999,
  schedule: (step: number): number => Math.max(0.02, Math.min(1, 2 - (2 * step) / STEPS)),
};
