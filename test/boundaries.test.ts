import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));

// Which folders (or single files) of `src` each may import, of which others the types alone, and which packages.
const table: Record<string, { own: string[]; types?: string[]; packages: RegExp }> = {
  'digest.ts': { own: [], packages: /^$/ },
  'errors.ts': { own: [], packages: /^$/ },
  'escapes.ts': { own: [], packages: /^$/ },
  'image.ts': { own: ['bands.ts', 'pace.ts'], packages: /^$/ },
  'canonical-path.ts': { own: ['escapes.ts'], packages: /^$/ },
  'signing.ts': { own: [], packages: /^$/ },
  'config.ts': { own: ['signing.ts'], packages: /^$/ },
  'pace.ts': { own: [], packages: /^$/ },
  'bands.ts': { own: ['pace.ts'], packages: /^$/ },
  'work.ts': { own: [], packages: /^$/ },
  tensor: {
    own: ['bands.ts', 'errors.ts', 'image.ts', 'pace.ts'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  effects: {
    own: [
      'bands.ts',
      'errors.ts',
      'image.ts',
      'pace.ts',
      'work.ts',
      'tensor',
      'fit',
      'nets',
      'graph',
    ],
    packages: /^(@tensorflow\/tfjs-core|zod)$/,
  },
  graph: { own: ['errors.ts'], packages: /^$/ },
  'safetensors.ts': { own: ['graph'], packages: /^$/ },
  'models.ts': { own: ['digest.ts', 'errors.ts', 'graph', 'safetensors.ts'], packages: /^zod$/ },
  nets: {
    own: ['errors.ts', 'image.ts', 'pace.ts', 'tensor', 'graph'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  kernels: {
    own: ['codecs', 'errors.ts', 'generated', 'tensor'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  fit: { own: ['errors.ts', 'image.ts', 'graph'], packages: /^$/ },
  codecs: {
    own: ['bands.ts', 'errors.ts', 'image.ts', 'pace.ts', 'work.ts'],
    packages: /^(@jsquash\/|thumbhash$)/,
  },
  sources: { own: ['errors.ts', 'escapes.ts'], packages: /^$/ },
  plan: {
    own: [
      'bands.ts',
      'digest.ts',
      'errors.ts',
      'escapes.ts',
      'image.ts',
      'pace.ts',
      'work.ts',
      'tensor',
      'effects',
      'codecs',
    ],
    packages: /^zod$/,
  },
  cache: { own: ['digest.ts', 'errors.ts'], packages: /^$/ },
  jobs: {
    own: [
      'digest.ts',
      'errors.ts',
      'image.ts',
      'config.ts',
      'codecs',
      'effects',
      'plan',
      'sources',
    ],
    packages: /^zod$/,
  },
  client: {
    own: ['canonical-path.ts', 'digest.ts', 'errors.ts', 'escapes.ts', 'signing.ts'],
    types: ['http', 'jobs'],
    packages: /^$/,
  },
  http: {
    own: [
      'cache',
      'canonical-path.ts',
      'digest.ts',
      'errors.ts',
      'image.ts',
      'config.ts',
      'work.ts',
      'effects',
      'codecs',
      'plan',
      'jobs',
      'signing.ts',
      'sources',
    ],
    packages: /^hono$/,
  },
  edge: {
    own: [
      'cache',
      'digest.ts',
      'config.ts',
      'errors.ts',
      'models.ts',
      'codecs',
      'effects',
      'generated',
      'http',
      'jobs',
      'kernels',
      'plan',
      'sources',
    ],
    packages: /^(@tensorflow\/|hono$|cloudflare:workers$)/,
  },
  gpu: {
    own: [
      'bands.ts',
      'config.ts',
      'errors.ts',
      'image.ts',
      'models.ts',
      'pace.ts',
      'safetensors.ts',
      'codecs',
      'effects',
      'graph',
      'jobs',
      'kernels',
      'plan',
      'tensor',
    ],
    packages: /^(@tensorflow\/|node:|onnxruntime-node$|sharp$|hono$)/,
  },
  train: {
    own: ['errors.ts', 'graph', 'nets', 'safetensors.ts', 'tensor'],
    packages: /^(node:|onnxruntime-node$|sharp$)/,
  },
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('generated'),
);

const placeOf = (file: string): string => file.split('/')[0] as string;

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, target]) => target as string,
  );

const isTypeImport = (file: string, target: string): boolean =>
  new RegExp(`import type [^;']* from '${target}'`).test(textOf(file));

describe('the source tree', () => {
  it('has a rule for every folder', () => {
    expect([...new Set(files.map(placeOf))].filter((place) => !table[place])).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s imports only what its place may', (file) => {
    const place = placeOf(file);
    const rule = table[place] as (typeof table)[string];
    for (const target of importsOf(file)) {
      if (!target.startsWith('.')) {
        expect(target).toMatch(rule.packages);
        continue;
      }
      if (place === 'edge' && target === '../../models/manifest.json') continue;
      const to = placeOf(relative(root, join(root, dirname(file), target)));
      const types = isTypeImport(file, target) ? (rule.types ?? []) : [];
      expect([place, ...rule.own, ...types]).toContain(to);
    }
  });

  it('keeps effects apart from each other', () => {
    const effects = files.filter(
      (file) => placeOf(file) === 'effects' && !file.endsWith('/index.ts'),
    );
    for (const file of effects) {
      const stem = (file.split('/')[1] as string).replace(/[.-].*$/, '');
      for (const target of importsOf(file).filter((t) => t.startsWith('./'))) {
        expect(target).toMatch(
          new RegExp(`^\\./(effect|colour-text|heavy|${stem}(-[a-z0-9-]+)?)\\.ts$`),
        );
      }
    }
  });

  it('opens every file with a sentence on what it is for', () => {
    for (const file of files)
      expect([file, readFileSync(join(root, file), 'utf8').slice(0, 3)]).toEqual([file, '// ']);
  });
});
