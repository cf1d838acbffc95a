// What the documents and the running service say of it, tried: README, catalogue, OpenAPI.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUrl } from '../../scripts/site/pictures/pictures.ts';
import { probe } from '../../src/codecs/probe/probe.ts';
import { effects as declared } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { isGpuOnly } from '../../src/plan/plan.ts';
import { documents, urlsIn } from '../helpers/documents.ts';
import { seededAssets } from '../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

let worker: BundledWorker;
/** `public`, with models that stand for the real ones. */
let assets: string;

beforeAll(async () => {
  assets = await mkdtemp(join(tmpdir(), 'tessera-assets-'));
  await seededAssets(assets, ['fast-style', 'fast-style-predictor']);
  worker = await startBundledWorker({}, { assets });
});

afterAll(async () => {
  await worker?.close();
  await rm(assets, { recursive: true, force: true });
});

const read = (path: string): Buffer => readFileSync(new URL(`../../${path}`, import.meta.url));
const readme = read('README.md').toString();
const shown = [
  ...readme.matchAll(/`http:\/\/127\.0\.0\.1:8787(\/t\/[^`]+)`\s+!\[[^\]]*\]\(([^)]+)\)/g),
].map(([, path, picture]) => [path as string, picture as string] as const);

describe('the README', () => {
  it('shows five examples', () => {
    expect(shown.length).toBe(5);
  });

  it.each(shown)('%s answers the picture that it shows', async (path, picture) => {
    const response = await worker.fetch(path);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(read(picture))).toBe(true);
  });
});

describe('the documents', () => {
  const examples = new Set(
    declared.flatMap(({ examples: own }) =>
      own.map(({ plan, source }) => `/t/${plan}/asset:${source}`),
    ),
  );
  // Those of the README and of the declarations are tried above and below; jobs, presets and sources of elsewhere are in other tests.
  const others = [...new Set(documents.flatMap(urlsIn))].filter(
    (url) =>
      /\/asset:[^/]+$/.test(url) &&
      !examples.has(url) &&
      !shown.some(([path]) => path === url) &&
      !/\/p=|style=mine/.test(url) &&
      !readUrl(url).plan.steps.some(isGpuOnly),
  );

  it('show URLs that are answered', async () => {
    expect(others.length).toBeGreaterThan(30);
    const refused: string[] = [];
    for (const url of others) {
      const response = await worker.fetch(url);
      const { byteLength } = await response.arrayBuffer();
      if (response.status !== 200 || byteLength === 0) refused.push(`${response.status} ${url}`);
    }
    expect(refused).toEqual([]);
  });
});

describe('the service', () => {
  const names = [...declared.map((effect) => effect.name), 'output'];
  // Those are jobs.
  const gpuOnlyExamples = new Set(
    declared
      .flatMap(({ examples }) => examples)
      .filter(({ plan }) => parsePlan(plan.split('/'), declared).steps.some(isGpuOnly))
      .map(({ plan, source }) => `/t/${plan}/asset:${source}`),
  );

  it('has a catalogue whose every example works', async () => {
    const { effects } = (await (await worker.fetch('/v1/effects')).json()) as {
      effects: {
        name: string;
        examples: string[];
        parameters: { properties: Record<string, { description?: string }> };
      }[];
    };
    expect(effects.map((e) => e.name)).toEqual(names);
    for (const { name, examples, parameters } of effects) {
      for (const [parameter, schema] of Object.entries(parameters.properties))
        expect(`${name}.${parameter}: ${schema.description ?? ''}`.length).toBeGreaterThan(
          name.length + parameter.length + 8,
        );
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples.filter((url) => !gpuOnlyExamples.has(url))) {
        const response = await worker.fetch(example);
        expect([example, response.status]).toEqual([example, 200]);
        expect(probe(new Uint8Array(await response.arrayBuffer())).width).toBeGreaterThan(0);
      }
    }
  });

  it('describes itself to language models, with links that work', async () => {
    const response = await worker.fetch('/llms.txt');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toMatch(/^# Tessera\n\n> \S/);
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThan(names.length);
    for (const link of links) {
      const answer = await worker.fetch(link);
      await answer.arrayBuffer();
      expect([link, answer.status]).toEqual([link, 200]);
    }
  });

  it('describes itself in OpenAPI 3.1', async () => {
    const document = (await (await worker.fetch('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, object>;
      components: { schemas: Record<string, object> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/t/{plan}/{source}',
      '/t/{plan}',
      '/v1/jobs',
      '/v1/jobs/{id}',
      '/v1/jobs/{id}/events',
      '/v1/jobs/{id}/result',
      '/v1/jobs/{id}/preview',
      '/v1/cache',
      '/v1/effects',
      '/v1/pictures',
      '/v1/plan.schema.json',
      '/openapi.json',
      '/health',
      '/metrics',
    ]);
    expect(Object.keys(document.components.schemas)).toEqual([
      ...names,
      'Catalogue',
      'Numbers',
      'JobRequest',
      'Job',
      'Problem',
    ]);
  });
});
