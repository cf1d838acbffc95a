// Styles a small picture with seeded weights, for the tests of optimisation.
import { expect } from 'vitest';
import {
  optimizeStyle,
  type Planes,
  type StyleSettings,
  type StyleSource,
} from '../../../../src/effects/style/optimise/optimise.ts';
import { seededNarrow } from '../../../helpers/nets/seeded-vgg19.ts';
import { type FakeJobPortOptions, fakeJobPort } from '../../../helpers/services/fake-job-port.ts';
import { goldenPair } from '../../../helpers/services/style-runs.ts';

export const weights = seededNarrow();
export const { content, style } = goldenPair(32);
export const defaults: StyleSettings = {
  recipe: 'pyramid',
  weights: 'small',
  size: 'auto',
  seed: 0,
  init: 'content',
  styleScale: 1,
  strength: 1,
};

type Options = {
  content?: Planes;
  styles?: StyleSource[];
  settings?: Partial<StyleSettings>;
  job?: Partial<FakeJobPortOptions>;
};

/** Optimises; expects that no program is left open. `seen` has what was reported to the job. */
export async function stylize({ content: picture = content, styles, settings, job }: Options = {}) {
  const fake = fakeJobPort({ weights, ...job });
  const sources = styles ?? [{ picture: style, weight: 1 }];
  const result = await optimizeStyle(picture, sources, { ...defaults, ...settings }, fake);
  expect(fake.open()).toBe(0);
  return { ...result, seen: fake.seen };
}

/** The largest difference of two values. */
export const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0);

/** Signal to noise in dB of values from 0 to 1. */
export const psnr = (a: Float32Array, b: Float32Array): number =>
  -10 * Math.log10(a.reduce((sum, v, i) => sum + (v - (b[i] as number)) ** 2, 0) / a.length);

// Quick layers for tests that need larger sizes; two scales from 181 px on.
export const shallow: Partial<StyleSettings> = {
  contentLayers: ['relu2_1'],
  styleLayers: ['relu1_1', 'relu2_1'],
};
export const few: Partial<StyleSettings> = { ...shallow, steps: 6 };

/** Expects that a run of eight steps, resumed from some of its checkpoints, ends in the same bytes. */
export async function expectResumes(settings: Partial<StyleSettings>): Promise<void> {
  const whole = await stylize({ settings, job: { checkpointEvery: 1 } });
  expect(whole.seen.checkpoints.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const resume of whole.seen.checkpoints.filter(({ step }) => [2, 5, 8].includes(step))) {
    const resumed = await stylize({ settings, job: { resume: structuredClone(resume) } });
    expect(resumed.picture).toEqual(whole.picture);
    expect(resumed.seen.progress[0]?.step ?? 9).toBe(resume.step + 1);
    expect(resumed.report.losses).toEqual(whole.report.losses);
  }
}
