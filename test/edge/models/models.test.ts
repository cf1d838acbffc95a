import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createReadModels } from '../../../src/edge/models/models.ts';
import { type ModelEntry, sourceOf } from '../../../src/models/manifest.ts';
import { writeSafetensors } from '../../../src/models/safetensors.ts';
import { recordFile, weightsFile } from '../../../src/models/store.ts';

const entry = (name: string, bytes: number): ModelEntry => ({
  name,
  summary: 'A model of one number.',
  licence: 'none',
  origin: 'https://models.example/',
  input: 'nothing',
  files: [
    {
      mirrorPath: name,
      url: `https://models.example/${name}`,
      bytes,
      digest: `md5:${'0'.repeat(32)}`,
    },
  ],
  conversion: 'none',
});
const manifest = [entry('small', 400_000), entry('large', 3_000_000)];

/** Assets with nothing in them, which `install` fills. */
function createAssets() {
  const files = new Map<string, Uint8Array>();
  const reads: string[] = [];
  const clock = { now: 0 };
  const read = async (name: string) => {
    reads.push(name);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return files.get(name);
  };
  const models = createReadModels({ manifest, read, now: () => clock.now });
  return {
    models,
    reads,
    clock,
    install(model: ModelEntry) {
      const data = Float32Array.of(7);
      const bytes = writeSafetensors({ x: { shape: [1], data } });
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const record = { source: sourceOf(model), bytes: bytes.length, sha256 };
      files.set(weightsFile(model.name), bytes);
      files.set(recordFile(model.name), new TextEncoder().encode(JSON.stringify(record)));
    },
    loads: (name: string) => reads.filter((file) => file === weightsFile(name)).length,
  };
}

const [small, large] = manifest as [ModelEntry, ModelEntry];
const missing = { code: 'model_missing', message: expect.stringContaining('npm run models small') };

describe('models of the Worker', () => {
  it('are loaded once if they are small; larger ones take no memory between their uses', async () => {
    const assets = createAssets();
    for (const model of manifest) assets.install(model);
    for (let i = 0; i < 3; i++) {
      for (const { name } of manifest) {
        expect([...((await assets.models.model(name)).get('x')?.data ?? [])]).toEqual([7]);
      }
    }
    expect([assets.loads('small'), assets.loads('large')]).toEqual([1, 3]);
  });

  it('are loaded by each request on its own, without waiting for another one', async () => {
    const assets = createAssets();
    assets.install(small);
    await Promise.all([assets.models.model('small'), assets.models.model('small')]);
    expect(assets.loads('small')).toBe(2);
  });

  it('are found soon after they are installed, without a restart', async () => {
    const assets = createAssets();
    await expect(assets.models.check('small')).rejects.toMatchObject(missing);
    await expect(assets.models.model('small')).rejects.toMatchObject(missing);
    assets.install(small);
    assets.clock.now += 5000;
    await assets.models.check('small');
    expect((await assets.models.model('small')).size).toBe(1);
  });

  it('are found through one small file, which is cached for a moment', async () => {
    const assets = createAssets();
    assets.install(large);
    for (let i = 0; i < 5; i++) {
      await assets.models.check('large');
      await expect(assets.models.check('small')).rejects.toMatchObject(missing);
    }
    expect(assets.reads).toEqual([recordFile('large'), recordFile('small')]);
    assets.clock.now += 5000;
    await assets.models.check('large');
    expect(assets.reads).toHaveLength(3);
  });
});
