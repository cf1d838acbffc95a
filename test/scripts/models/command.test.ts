import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelStore } from '../../../src/models/store.ts';
import { createModelFiles, readManifest } from '../../../src/node/model-files.ts';
import { fastStyleFiles } from '../../helpers/files/fast-style-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const realMirror = process.env.MODELS_MIRROR || join(root, '../shared/models');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-models-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('npm run models', () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/models/models.ts', '--folder', folder, ...args],
      { cwd: root, encoding: 'utf8', env: { ...process.env, MODELS_MIRROR: '', ...env } },
    );
    return { status, stdout, stderr };
  };

  it('lists every model with size, licence and state', async () => {
    const { status, stdout } = run([]);
    expect(status).toBe(0);
    for (const { name, licence } of await readManifest()) {
      expect(stdout).toContain(`${name}: `);
      expect(stdout).toContain(licence);
      expect(stdout).toContain(`the model ${name} is not installed, run: npm run models ${name}`);
    }
  });

  it('exits with 2 for wrong arguments and with 1 for a failed download', () => {
    expect(run(['vgg'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/expected one of .*vgg19/),
    });
    expect(run(['--what'])).toMatchObject({ status: 2 });
    expect(run(['vgg19-small'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('set MODELS_MIRROR'),
    });
  });
});

describe.skipIf(!fastStyleFiles)('npm run models fast-style (where a mirror has it)', () => {
  it('installs the network with its predictor, and writes no assets if the folder is not the default one', async () => {
    const args = ['scripts/models/models.ts', '--folder', folder, 'fast-style'];
    const env = { ...process.env, MODELS_MIRROR: realMirror };
    const before = existsSync(join(root, 'public/models'));
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env,
    });
    expect([status, stdout]).toEqual([
      0,
      'fast-style: installed\nfast-style-predictor: installed\n',
    ]);
    const { read } = createModelFiles(folder);
    const store = createModelStore({ manifest: await readManifest(), read });
    expect(await store.installed()).toEqual(['fast-style', 'fast-style-predictor']);
    expect((await store.model('fast-style')).get('expand3.weight')?.shape).toEqual([9, 9, 8, 3]);
    expect(existsSync(join(root, 'public/models'))).toBe(before);
  });
});
