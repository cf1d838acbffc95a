// One further style for a network that is trained: only its own numbers change.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STYLE_LENGTHS } from '../../../src/nets/named-styles/sizes.ts';
import { runTraining } from '../../../src/train/run-training.ts';
import { oneStyleTask } from '../../../src/train/style/one-style.ts';
import { seededNamedStyles } from '../../helpers/nets/seeded-named-styles.ts';
import { seededWeights } from '../../helpers/nets/seeded-vgg19.ts';

const engine = { provider: 'cpu', threads: 1 } as const;
const network = seededNamedStyles(['one', 'other']);

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'own-style-'));
  await mkdir(join(data, 'photos'));
  for (const name of ['photos/a.png', 'photos/rocket.png', 'my.png']) {
    const pixels = Buffer.from(Uint8Array.from({ length: 3 * 120 * 100 }, (_, i) => (i * 7) % 251));
    await sharp(pixels, { raw: { width: 120, height: 100, channels: 3 } })
      .png()
      .toFile(join(data, name));
  }
});
afterAll(() => rm(data, { recursive: true }));

const options = () => ({
  data,
  seed: 1,
  engine,
  model: async (name: string) => (name === 'named-styles' ? network : seededWeights()),
  showBottleneck: false,
});
const my = () => ({ picture: join(data, 'my.png'), name: 'mine' });

describe('the training of one style', () => {
  it('begins between the known styles and exports the numbers of the new one', async () => {
    const task = await oneStyleTask(options(), my());
    const state = await runTraining(task, {
      out: join(data, 'out'),
      seed: 1,
      engine,
      steps: 1,
      minutes: Number.POSITIVE_INFINITY,
      logEvery: 1,
      sheetEvery: 1,
      stop: new AbortController().signal,
      progress: { show: () => {}, end: () => {} },
    });
    const names = [...task.exported!(state.weights).keys()];
    expect(names.toSorted()).toEqual(
      Object.keys(STYLE_LENGTHS)
        .map((n) => `mine/${n}`)
        .toSorted(),
    );
    const mean =
      (network.get('one/last.shift')!.data[0]! + network.get('other/last.shift')!.data[0]!) / 2;
    expect(state.weights.get('styles.last.shift')!.data[0]).toBeCloseTo(mean, 2);
    expect(state.weights.get('styles.last.shift')!.data[0]).not.toBe(mean);
  });

  it.each([
    ['One', /lower-case words/],
    ['one', /no style of the project has/],
  ])('refuses the name %s', async (name, message) => {
    await expect(oneStyleTask(options(), { ...my(), name })).rejects.toThrow(message);
  });
});
