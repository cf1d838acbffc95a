import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/crypto.ts';
import { type Manifest, sourceOf } from '../../src/models/manifest.ts';
import { writeSafetensors } from '../../src/models/safetensors.ts';
import { createModelStore, recordFile, weightsFile } from '../../src/models/store.ts';
import { entry, mirrorOnly } from './entries.ts';

const manifest: Manifest = [entry, mirrorOnly];

/** A folder with `tiny` installed, which counts reads. */
async function installTiny() {
  const bytes = writeSafetensors({ w: { shape: [1], data: Float32Array.of(0.1) } });
  const record = { source: sourceOf(entry), bytes: bytes.length, sha256: await digestOf(bytes) };
  const files = new Map<string, Uint8Array>([[weightsFile('tiny'), bytes]]);
  const writeRecord = (value: unknown) =>
    files.set(recordFile('tiny'), new TextEncoder().encode(JSON.stringify(value)));
  writeRecord(record);
  const reads: string[] = [];
  const read = async (name: string) => {
    reads.push(name);
    return files.get(name);
  };
  return { files, record, writeRecord, reads, store: createModelStore({ manifest, read }) };
}

const missing = (message: string) => expect.objectContaining({ code: 'model_missing', message });

describe('a store of models', () => {
  it('loads a model once, however many requests need it', async () => {
    const { store, reads } = await installTiny();
    const [one, two] = await Promise.all([store.model('tiny'), store.model('tiny')]);
    expect(await store.model('tiny')).toBe(one);
    expect(two).toBe(one);
    expect(one.get('w')).toEqual({ shape: [1], data: Float32Array.of(0.1) });
    expect(reads).toHaveLength(2);
  });

  it('says how to get a missing model, and finds it when it is installed', async () => {
    const { store, files } = await installTiny();
    const weights = files.get(weightsFile('tiny')) as Uint8Array;
    files.delete(weightsFile('tiny'));
    await expect(store.model('tiny')).rejects.toEqual(
      missing('the model tiny is not installed, run: npm run models tiny'),
    );
    files.set(weightsFile('tiny'), weights);
    expect((await store.model('tiny')).size).toBe(1);
  });

  it('says so if only a mirror has a model', async () => {
    const { store } = await installTiny();
    await expect(store.model('rare')).rejects.toEqual(
      missing(
        'the model rare is not installed, run: npm run models rare (with MODELS_MIRROR set: it has no public address)',
      ),
    );
  });

  it('detects one changed bit, a truncated file and a damaged record', async () => {
    const message = 'the model tiny is damaged, run: npm run models tiny';
    const { store, files, writeRecord } = await installTiny();
    const whole = files.get(weightsFile('tiny')) as Uint8Array;
    const changed = whole.slice();
    changed[whole.length - 1] = (changed.at(-1) as number) ^ 1;
    for (const bytes of [changed, whole.subarray(0, -1)]) {
      files.set(weightsFile('tiny'), bytes);
      await expect(store.model('tiny')).rejects.toEqual(missing(message));
    }
    files.set(weightsFile('tiny'), whole);
    writeRecord('what');
    await expect(store.model('tiny')).rejects.toEqual(missing(message));
  });

  it('treats weights of another source or converter as outdated', async () => {
    const { store, record, writeRecord } = await installTiny();
    writeRecord({ ...record, source: 'plain-2 sha256:1' });
    await expect(store.model('tiny')).rejects.toEqual(
      missing('the model tiny is outdated, run: npm run models tiny'),
    );
    expect(await store.installed()).toEqual([]);
  });

  it('lists what is installed without reading weights', async () => {
    const { store, reads } = await installTiny();
    expect(await store.installed()).toEqual(['tiny']);
    expect(reads).not.toContain(weightsFile('tiny'));
  });

  it('says that a model is missing without reading weights', async () => {
    const { store, files, reads } = await installTiny();
    await store.check('tiny');
    files.delete(recordFile('tiny'));
    await expect(store.check('tiny')).rejects.toEqual(
      missing('the model tiny is not installed, run: npm run models tiny'),
    );
    expect(reads).not.toContain(weightsFile('tiny'));
    await expect(store.check('vgg')).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('can keep weights as they are stored, and convert them at each access', async () => {
    const { files } = await installTiny();
    const lazy = createModelStore({ manifest, read: async (name) => files.get(name), lazy: true });
    const tensor = (await lazy.model('tiny')).get('w');
    expect(tensor?.data).toEqual(Float32Array.of(0.1));
    expect(tensor?.data).not.toBe(tensor?.data);
  });

  it('names the known models in the error for an unknown one', async () => {
    const { store } = await installTiny();
    await expect(store.model('vgg')).rejects.toEqual(
      missing('model: expected one of tiny, rare, got "vgg"'),
    );
  });
});
