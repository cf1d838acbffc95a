import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishModels } from '../../../scripts/models/publish-models.ts';
import { digestOf } from '../../../src/crypto.ts';
import { type ModelEntry, sourceOf } from '../../../src/models/manifest.ts';
import { writeSafetensors } from '../../../src/models/safetensors.ts';
import { createModelStore } from '../../../src/models/store.ts';
import { createModelFiles } from '../../../src/node/model-files.ts';

const entry = (name: string, edge?: boolean): ModelEntry => ({
  name,
  summary: 'A network of one value.',
  licence: 'MIT',
  origin: 'https://example.com/',
  input: 'RGB',
  files: [{ mirrorPath: 'tiny.bin', bytes: 4, digest: `md5:${'0'.repeat(32)}` }],
  conversion: 'plain',
  ...(edge && { edge }),
});
const manifest = [entry('small', true), entry('other', true), entry('large')];

let scratch: string;
let folder: string;
let assets: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tessera-publish-'));
  folder = join(scratch, 'installed');
  assets = join(scratch, 'assets/models');
  await mkdir(folder);
});

afterEach(() => rm(scratch, { recursive: true }));

const publish = () => publishModels({ manifest, folder, assets });
const published = async () => (await readdir(assets)).sort();

async function install(name: string, value = 0.5): Promise<void> {
  const bytes = writeSafetensors({ w: { shape: [1], data: Float32Array.of(value) } });
  const sha256 = await digestOf(bytes);
  const record = { source: sourceOf(entry(name)), bytes: bytes.length, sha256 };
  await writeFile(join(folder, `${name}.safetensors`), bytes);
  await writeFile(join(folder, `${name}.json`), JSON.stringify(record));
}

describe("models for the Worker's assets", () => {
  it('are the installed ones that it uses, in the layout of a store', async () => {
    await Promise.all(['small', 'large'].map((name) => install(name)));
    expect(await publish()).toEqual(['small']);
    expect(await published()).toEqual(['small.json', 'small.safetensors']);
    const store = createModelStore({ manifest, read: createModelFiles(assets).read });
    expect((await store.model('small')).get('w')?.data).toEqual(Float32Array.of(0.5));
  });

  it('are not written again if nothing has changed', async () => {
    await install('small');
    await publish();
    const before = await stat(join(assets, 'small.safetensors'));
    expect(await publish()).toEqual(['small']);
    const after = await stat(join(assets, 'small.safetensors'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('are replaced if the installed one differs, or the copy is damaged', async () => {
    await install('small');
    await publish();
    await install('small', 0.25);
    await publish();
    const whole = await readFile(join(folder, 'small.safetensors'));
    expect(await readFile(join(assets, 'small.safetensors'))).toEqual(whole);
    await writeFile(join(assets, 'small.safetensors'), 'short');
    await publish();
    expect(await readFile(join(assets, 'small.safetensors'))).toEqual(whole);
  });

  it('are removed, with all other files there, if the installed one is gone, damaged or outdated', async () => {
    await Promise.all(['small', 'other'].map((name) => install(name)));
    expect(await publish()).toEqual(['small', 'other']);
    await writeFile(join(assets, 'former.safetensors'), 'left behind');
    await rm(join(folder, 'other.json'));
    expect(await publish()).toEqual(['small']);
    expect(await published()).toEqual(['small.json', 'small.safetensors']);
    await writeFile(join(folder, 'small.safetensors'), 'short');
    expect(await publish()).toEqual([]);
    expect(await published()).toEqual([]);
  });

  it('leave no folder if there are none', async () => {
    expect(await publish()).toEqual([]);
    await expect(readdir(assets)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
