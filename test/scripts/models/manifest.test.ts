import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { converters } from '../../../scripts/models/convert/converters.ts';
import { installModel } from '../../../scripts/models/install-model.ts';
import { installFromMirror } from '../../../scripts/models/models.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import { withCompanions } from '../../../src/models/manifest.ts';
import { createModelStore } from '../../../src/models/store.ts';
import { NAMED_STYLES } from '../../../src/nets/named-styles/names.ts';
import { createModelFiles, readManifest } from '../../../src/node/model-files.ts';
import { seededNamedStyles } from '../../helpers/nets/seeded-named-styles.ts';
import { seededPixelart } from '../../helpers/nets/seeded-pixelart.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const realMirror = process.env.MODELS_MIRROR || join(root, '../shared/models');
const hasReal = existsSync(join(realMirror, 'vgg19-small/5SE.bin'));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-models-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the project's manifest", () => {
  it('has only entries that a converter knows', async () => {
    const manifest = await readManifest();
    expect(manifest.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['vgg19', 'vgg19-small']),
    );
    for (const { conversion } of manifest) expect(Object.keys(converters)).toContain(conversion);
  });

  it('allows installing the fast style without a mirror', async () => {
    const models = withCompanions(await readManifest(), ['fast-style']);
    expect(models.map(({ name }) => name)).toEqual(['fast-style', 'fast-style-predictor']);
    for (const { edge, files } of models) {
      expect(edge).toBe(true);
      expect(files.every(({ url }) => url)).toBe(true);
    }
  });

  it.skipIf(!hasReal)(
    'installs the small VGG19 from a mirror with its values as they are (where a mirror has it)',
    async () => {
      const entry = (await readManifest()).find(({ name }) => name === 'vgg19-small')!;
      await installModel(entry, { folder, mirror: realMirror });
      const { read } = createModelFiles(folder);
      const weights = await createModelStore({ manifest: [entry], read }).model(entry.name);
      const values = await readFile(join(realMirror, 'vgg19-small/5SE.bin'));
      expect([...weights.keys()].slice(0, 4)).toEqual([
        'conv0.weight',
        'conv0.bias',
        'conv1_1.weight',
        'conv1_1.bias',
      ]);
      expect([...weights.keys()].at(-1)).toBe('conv5_1.bias');
      expect([...weights.keys()].filter((name) => name.includes('aux'))).toEqual([]);
      expect(weights.get('conv5_1.weight')?.shape).toEqual([128, 128, 3, 3]);
      expect(weights.get('conv0.weight')?.data[0]).toBe(Math.fround(-0.1693272888660431));
      // The weights follow one another, up to the heads.
      let at = 0;
      for (const { data } of weights.values()) {
        expect(
          Buffer.compare(Buffer.from(data.buffer), values.subarray(at, at + 4 * data.length)),
        ).toBe(0);
        at += 4 * data.length;
      }
      expect(at).toBe(3_240_560);
    },
  );

  it('has no part in models that the project brings along', async () => {
    const own = (await readManifest()).filter(({ files }) => files.every((f) => f.committed));
    expect(own.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['pixelart', 'slim', 'named-styles']),
    );
    expect(await installFromMirror(undefined, { folder, manifest: own })).toEqual([]);
    const { read } = createModelFiles(folder);
    const { model } = createModelStore({ manifest: own, read });
    const shapes = (of: Weights): string[] =>
      [...of].map(([name, { shape }]) => `${name} ${shape}`);
    const same = async (name: string, seeded: Weights) =>
      expect(shapes(await model(name)).sort()).toEqual(shapes(seeded).sort());
    await same('pixelart', seededPixelart());
    await same('named-styles', seededNamedStyles(NAMED_STYLES));
    expect(own.every(({ files }) => files[0]!.bytes < 1.5e6)).toBe(true);
  });
});
