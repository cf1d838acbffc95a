// Each training from a folder of pictures to a model's file.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pixelartTask } from '../../src/train/pixelart/task.ts';
import { runTraining } from '../../src/train/run-training.ts';
import { slimTask } from '../../src/train/slim/task.ts';
import { styleTask } from '../../src/train/style/task.ts';
import type { Task, TaskOptions } from '../../src/train/task.ts';
import { cycleganTask } from '../../src/train/translation/cyclegan-task.ts';
import { pix2pixTask } from '../../src/train/translation/pix2pix-task.ts';
import { seededNarrow, seededWeights } from '../helpers/nets/seeded-vgg19.ts';

const engine = { provider: 'cpu', threads: 1 } as const;

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'tasks-'));
  for (const folder of ['a', 'b', 'photos', 'sprites', 'empty']) await mkdir(join(data, folder));
  for (const [folder, count] of [
    ['a', 2],
    ['b', 2],
    ['photos', 3],
  ] as const) {
    for (let n = 0; n < count; n += 1) await stripes(join(data, folder, `${n}.png`), 40 * n + 30);
  }
  await mkdir(join(data, 'paintings'));
  for (const name of ['wave.jpg', 'starry_night.jpg'])
    await stripes(join(data, 'paintings', name), 90);
  await stripes(join(data, 'photos', 'rocket.png'), 20);
  for (let n = 0; n < 3; n += 1) await disc(join(data, 'sprites', `${n}.png`), 90 * n);
});
afterAll(() => rm(data, { recursive: true }));

async function stripes(path: string, grey: number): Promise<void> {
  const [width, height] = [120, 100];
  const pixels = Buffer.alloc(3 * width * height);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = (grey + (i % width)) % 256;
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}

async function disc(path: string, red: number): Promise<void> {
  const pixels = Buffer.alloc(4 * 16 * 16);
  for (let i = 0; i < 256; i += 1) {
    const inside = Math.hypot((i % 16) - 7.5, Math.floor(i / 16) - 7.5) < 6;
    if (inside) pixels.set([red, 200, 120, 255], 4 * i);
  }
  await sharp(pixels, { raw: { width: 16, height: 16, channels: 4 } })
    .png()
    .toFile(path);
}

const options = (folder = data): TaskOptions => ({
  data: folder,
  seed: 1,
  engine,
  model: async () => seededWeights(),
  showBottleneck: true,
});

async function oneStep(task: Task, name: string) {
  const out = join(data, `out-${name}`);
  const state = await runTraining(task, {
    out,
    seed: 1,
    engine,
    steps: 1,
    minutes: Number.POSITIVE_INFINITY,
    logEvery: 1,
    sheetEvery: 1,
    stop: new AbortController().signal,
    progress: { show: () => {}, end: () => {} },
  });
  const sheet = await sharp(await readFile(join(out, 'sheet-1.png'))).metadata();
  return { state, sheet, names: [...(task.exported?.(state.average) ?? state.average).keys()] };
}

describe('the training', () => {
  it('pixelart needs photographs and sprites, and exports the generator alone', async () => {
    const { state, sheet, names } = await oneStep(await pixelartTask(options()), 'pixelart');
    expect(state.step).toBe(1);
    // One photograph of three is held back: four tiles of 64 cells, each enlarged to 4 px, and gaps.
    expect([sheet.width, sheet.height]).toEqual([4 * 260, 260]);
    expect(names).toHaveLength(24);
    await expect(pixelartTask(options(join(data, 'empty')))).rejects.toThrow(
      /expected pictures in .* and sprites with transparency in .*, got 0 and 0/,
    );
  });

  it('slim learns from pictures and a teacher, and exports a network without the maps of the training', async () => {
    const { state, names } = await oneStep(await slimTask(options()), 'slim');
    expect(state.step).toBe(1);
    expect(names).toHaveLength(26);
    expect(names.every((name) => /^conv\d_\d\.(weight|bias)$/.test(name))).toBe(true);
    await expect(slimTask(options(join(data, 'empty')))).rejects.toThrow(
      /expected pictures in .*, got none/,
    );
  });

  it('style paints the picture that is held back in every style, and exports their numbers', async () => {
    const task = await styleTask({ ...options(), model: async () => seededNarrow() });
    const { sheet, names } = await oneStep(task, 'style');
    // The content itself and ten styles, 256 px each.
    expect([sheet.width, sheet.height]).toEqual([260, 11 * 260]);
    const styles = new Set(names.filter((n) => n.includes('/')).map((n) => n.split('/')[0]));
    expect(styles.size).toBe(10);
    expect(names).toContain('neon/last.filter');
    expect(names).toContain('block4.conv2.weight');
  });

  it('pix2pix learns from pictures of one name, and shows its bottleneck', async () => {
    const { sheet, names } = await oneStep(await pix2pixTask(options()), 'pix2pix');
    // Input, result, target, and 192 channels of 2×2 features in 14 columns, enlarged to 4 px.
    expect(sheet.width).toBe(4 * (14 * 2 * 4 + 4));
    expect(names.every((name) => name.startsWith('generator.'))).toBe(true);
  });

  it('cyclegan learns from two folders, and exports both generators', async () => {
    const { sheet, names } = await oneStep(await cycleganTask(options()), 'cyclegan');
    expect([sheet.width, sheet.height]).toEqual([4 * 68, 2 * 68]);
    expect(new Set(names.map((name) => name.split('.')[0]))).toEqual(new Set(['a to b', 'b to a']));
  });
});
