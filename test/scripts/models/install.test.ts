import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { File, type Group } from 'h5wasm/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { converters } from '../../../scripts/models/convert/converters.ts';
import { installModel } from '../../../scripts/models/install-model.ts';
import { installFromMirror, installModels, listModels } from '../../../scripts/models/models.ts';
import type { TensorData } from '../../../src/graph/engine.ts';
import type { ModelEntry } from '../../../src/models/manifest.ts';
import { createModelStore } from '../../../src/models/store.ts';
import { createModelFiles } from '../../../src/node/model-files.ts';
import { type KerasLayer, writeKerasVgg19 } from '../../helpers/files/keras-vgg19.ts';
import { type FileServer, serveBytes } from '../../helpers/servers/file-server.ts';

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
