import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { File, type Group } from 'h5wasm/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { converters } from '../../scripts/models/convert/converters.ts';
import { installModel } from '../../scripts/models/install-model.ts';
import { installFromMirror, installModels, listModels } from '../../scripts/models.ts';
import type { TensorData, Weights } from '../../src/graph/engine.ts';
import { type ModelEntry, withCompanions } from '../../src/models/manifest.ts';
import { createModelStore } from '../../src/models/store.ts';
import { NAMED_STYLES } from '../../src/nets/named-styles/names.ts';
import { createModelFiles, readManifest } from '../../src/node/model-files.ts';
import { fastStyleFiles } from '../helpers/files/fast-style-files.ts';
import { type KerasLayer, writeKerasVgg19 } from '../helpers/files/keras-vgg19.ts';
import { seededNamedStyles } from '../helpers/nets/seeded-named-styles.ts';
import { seededPixelart } from '../helpers/nets/seeded-pixelart.ts';
import { type FileServer, serveBytes } from '../helpers/servers/file-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const realMirror = process.env.MODELS_MIRROR || join(root, '../shared/models');
const hasReal = existsSync(join(realMirror, 'vgg19-small/5SE.bin'));
const hasty = { stallMs: 2000, attempts: 2, retryMs: 1 };

let scratch: string;
let mirror: string;
let folder: string;
let layers: Map<string, KerasLayer>;
let entry: ModelEntry;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tessera-models-'));
  mirror = join(scratch, 'mirror');
  await mkdir(join(mirror, 'vgg19'), { recursive: true });
  const path = join(mirror, 'vgg19/keras.h5');
  layers = await writeKerasVgg19(path);
  const bytes = await readFile(path);
  entry = {
    name: 'vgg19',
    summary: 'Seeded.',
    licence: 'MIT',
    origin: 'https://example.com/',
    input: 'BGR',
    files: [
      {
        mirrorPath: 'vgg19/keras.h5',
        bytes: bytes.length,
        digest: `md5:${createHash('md5').update(bytes).digest('hex')}`,
      },
    ],
    conversion: 'keras-vgg19',
  };
});

beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'installed-'));
});

afterAll(() => rm(scratch, { recursive: true }));

const load = (model: ModelEntry = entry) =>
  createModelStore({ manifest: [model], read: createModelFiles(folder).read }).model(model.name);

const withUrl = ({ url }: FileServer): ModelEntry => ({
  ...entry,
  files: entry.files.map((file) => ({ ...file, url: `${url}/public/keras.h5` })),
});

async function serveModel(...answers: Parameters<typeof serveBytes>[1] & object) {
  return serveBytes(await readFile(join(mirror, 'vgg19/keras.h5')), answers);
}

describe("VGG19 from a file of Keras' layout", () => {
  it('keeps every value, rounded to half precision, through fetch, conversion and loading', async () => {
    const server = await serveModel({ cutAfter: 5000 }, 'whole');
    try {
      await installModel(withUrl(server), { folder, mirror: undefined, ...hasty });
    } finally {
      await server.close();
    }
    expect(server.ranges).toEqual([undefined, 'bytes=5000-']);
    const weights = await load();
    expect([...weights.keys()]).toHaveLength(32);
    for (const [name, { filters, bias }] of layers) {
      const [height, width, inner, outer] = filters.shape as [number, number, number, number];
      const weight = weights.get(`${name}.weight`) as TensorData;
      expect(weight.shape).toEqual([outer, inner, height, width]);
      let worst = 0;
      for (const [at, value] of filters.data.entries()) {
        const o = at % outer;
        const i = Math.floor(at / outer) % inner;
        const place = Math.floor(at / (outer * inner)); // row * width + column
        const got = weight.data[(o * inner + i) * height * width + place] as number;
        worst = Math.max(worst, Math.abs(got - value) / Math.max(Math.abs(value), 2 ** -14));
      }
      expect(worst).toBeLessThanOrEqual(2 ** -11);
      const biases = weights.get(`${name}.bias`)?.data as Float32Array;
      for (const [o, value] of bias.data.entries()) expect(biases[o]).toBeCloseTo(value, 3);
    }
  });

  it('leaves the weights, their record and no download', async () => {
    const server = await serveModel('whole');
    await installModel(withUrl(server), { folder, mirror: undefined, ...hasty });
    await server.close();
    const files = await readdir(folder, { recursive: true });
    expect(files.sort()).toEqual([
      'downloads',
      'downloads/vgg19',
      'vgg19.json',
      'vgg19.safetensors',
    ]);
  });

  it('is refused if a layer lacks its values', async () => {
    const bad = join(scratch, 'bad/vgg19');
    await mkdir(bad, { recursive: true });
    const path = join(bad, 'keras.h5');
    await writeKerasVgg19(path);
    const file = new File(path, 'a');
    const group = file.get('block3_conv2') as Group;
    group.delete_attribute('weight_names');
    group.create_attribute('weight_names', ['block3_conv2_W_1:0', 'nothing']);
    file.close();
    const bytes = await readFile(path);
    const digest = `md5:${createHash('md5').update(bytes).digest('hex')}`;
    const damaged = {
      ...entry,
      files: [{ mirrorPath: 'vgg19/keras.h5', bytes: bytes.length, digest }],
    };
    await expect(installModel(damaged, { folder, mirror: join(scratch, 'bad') })).rejects.toThrow(
      'block3_conv2: expected a float32 dataset "nothing"',
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('installing a model', () => {
  it('prefers the mirror, a folder or a URL, to the public address', async () => {
    const server = await serveModel('whole');
    const model = withUrl(server);
    await installModel(model, { folder, mirror, ...hasty });
    await installModel(model, { folder, mirror: pathToFileURL(mirror).href, ...hasty });
    expect(server.ranges).toHaveLength(0);
    await installModel(model, { folder, mirror: `${server.url}/mirror/`, ...hasty });
    expect(server.ranges).toHaveLength(1);
    await server.close();
    expect((await load()).size).toBe(32);
    expect(existsSync(join(mirror, 'vgg19/keras.h5'))).toBe(true);
  });

  it('uses the public address if the mirror has other bytes or none', async () => {
    const stale = join(scratch, 'stale');
    await mkdir(join(stale, 'vgg19'), { recursive: true });
    await writeFile(join(stale, 'vgg19/keras.h5'), 'old');
    for (const place of [stale, join(scratch, 'nowhere')]) {
      const server = await serveModel('whole');
      await installModel(withUrl(server), { folder, mirror: place, ...hasty });
      await server.close();
      expect(server.ranges).toHaveLength(1);
    }
  });

  it('lists the error of every address', async () => {
    const server = await serveModel({ status: 404 });
    const model = withUrl(server);
    await mkdir(join(scratch, 'copy/vgg19'), { recursive: true });
    await writeFile(join(scratch, 'copy/vgg19/keras.h5'), 'short');
    const failed = installModel(model, { folder, mirror: join(scratch, 'copy'), ...hasty });
    await expect(failed).rejects.toMatchObject({
      code: 'bad_source',
      message: `vgg19/keras.h5: ${scratch}/copy/vgg19/keras.h5: expected ${entry.files[0]?.bytes} bytes, got 5; ${server.url}/public/keras.h5: expected status 200, got 404`,
    });
    await server.close();
    await expect(installModel(entry, { folder, mirror: undefined })).rejects.toMatchObject({
      code: 'source_missing',
      message: 'vgg19/keras.h5: it has no public address, set MODELS_MIRROR',
    });
  });

  it('repairs damaged models and does not touch others', async () => {
    const said: string[] = [];
    const install = () =>
      installModels([entry], { folder, mirror, report: (line) => said.push(line) });
    await install();
    const path = join(folder, 'vgg19.safetensors');
    const whole = await readFile(path);
    const changed = Buffer.from(whole);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    await writeFile(path, changed);
    await expect(load()).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('the model vgg19 is damaged, run: npm run models vgg19'),
    });
    expect((await listModels([entry], folder)).join()).toContain('is damaged');
    await install();
    expect(await readFile(path)).toEqual(whole);
    expect((await listModels([entry], folder)).join()).toMatch(/\n {2}installed$/);
    expect(said).toEqual(['vgg19: installed', 'vgg19: installed']);
  });

  it('lists the known converters if an entry names another', async () => {
    await expect(
      installModel({ ...entry, conversion: 'magic' }, { folder, mirror }),
    ).rejects.toThrow(`vgg19: conversion: expected one of ${Object.keys(converters).join(', ')}`);
  });
});

describe('the mirror at the start', () => {
  it('installs the models that it has, once, and says so', async () => {
    const absent = {
      ...entry,
      name: 'absent',
      files: [{ ...entry.files[0], mirrorPath: 'no/such.bin' }],
    } as ModelEntry;
    const options = { folder, manifest: [absent, entry], ...hasty };
    expect(await installFromMirror(mirror, options)).toEqual([
      'vgg19: installed from MODELS_MIRROR',
    ]);
    expect(await installFromMirror(mirror, options)).toEqual([]);
    expect((await load()).size).toBe(32);
  });

  it('never asks a public address, and never fails', async () => {
    const server = await serveModel('whole');
    const options = { folder, manifest: [withUrl(server)], ...hasty };
    expect(await installFromMirror(undefined, options)).toEqual([]);
    expect(await installFromMirror(scratch, options)).toEqual([]);
    expect(server.ranges).toHaveLength(0);
    await server.close();
    expect(await installFromMirror(server.url, options)).toEqual([
      `vgg19: not installed from MODELS_MIRROR: vgg19/keras.h5: ${server.url}/vgg19/keras.h5: ECONNREFUSED`,
    ]);
    expect(await installFromMirror(join(scratch, 'typo'), options)).toEqual([
      `MODELS_MIRROR: expected a folder or a URL, got "${scratch}/typo"`,
    ]);
  });
});

describe('npm run models', () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/models.ts', '--folder', folder, ...args],
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
    const args = ['scripts/models.ts', '--folder', folder, 'fast-style'];
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
      const model = (await readManifest()).find(({ name }) => name === 'vgg19-small');
      await installModel(model as ModelEntry, { folder, mirror: realMirror });
      const weights = await load(model);
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
    expect(await installFromMirror(undefined, { folder, manifest: own, ...hasty })).toEqual([]);
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
