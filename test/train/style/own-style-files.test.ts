// A style of the user's own in the project: its file, the manifest, and the list of names.
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/models/manifest.ts';
import { readSafetensors } from '../../../src/models/safetensors.ts';
import { addOwnStyle } from '../../../src/train/style/own-style-files.ts';

const LIST = 'src/nets/named-styles/own-styles.json';
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'own-style-files-'));
  await mkdir(join(root, 'models'));
  await mkdir(join(root, 'src/nets/named-styles'), { recursive: true });
  for (const file of ['models/manifest.json', LIST]) await cp(file, join(root, file));
});
afterAll(() => rm(root, { recursive: true }));

const numbers = (value: number) =>
  new Map([['mine/last.filter', { shape: [2], data: Float32Array.of(value, 1) }]]);

async function manifest() {
  return parseManifest(JSON.parse(await readFile(join(root, 'models/manifest.json'), 'utf8')));
}

describe('a style that is added to the project', () => {
  it('has a file of halves, one entry of the manifest with its size, and one name, however often it is added', async () => {
    const before = (await manifest()).length;
    await addOwnStyle(numbers(3), 'mine', root);
    const path = await addOwnStyle(numbers(0.5), 'mine', root);
    const bytes = await readFile(join(root, path));
    expect(readSafetensors(bytes).tensors.get('mine/last.filter')!.data[0]).toBe(0.5);
    const entries = (await manifest()).filter(({ name }) => name === 'style-mine');
    expect(entries).toHaveLength(1);
    expect(entries[0]!.files[0]).toMatchObject({
      committed: true,
      bytes: (await stat(join(root, path))).size,
    });
    expect(await manifest()).toHaveLength(before + 1);
    expect(JSON.parse(await readFile(join(root, LIST), 'utf8'))).toEqual(['mine']);
    // What was there before is there as it was.
    const text = await readFile('models/manifest.json', 'utf8');
    const now = await readFile(join(root, 'models/manifest.json'), 'utf8');
    expect(now.startsWith(text.slice(0, text.lastIndexOf('\n  }')))).toBe(true);
  });
});
