import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));

// Which folders (or single files) of `src` each may import, of which others the types alone, and which packages.
const table: Record<string, { own: string[]; types?: string[]; packages: RegExp }> = {
  'crypto.ts': { own: [], packages: /^$/ },
  'errors.ts': { own: [], packages: /^$/ },
  'image.ts': { own: ['timing.ts'], packages: /^$/ },
  'prometheus.ts': { own: [], packages: /^$/ },
  'signing.ts': { own: ['crypto.ts'], packages: /^$/ },
  'srgb.ts': { own: [], packages: /^$/ },
  'config.ts': { own: ['signing.ts'], packages: /^$/ },
  'timing.ts': { own: [], packages: /^$/ },
  'url-text.ts': { own: [], packages: /^$/ },
  'work.ts': { own: [], packages: /^$/ },
  tensor: {
    own: ['timing.ts', 'errors.ts', 'image.ts', 'srgb.ts'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  effects: {
    own: [
      'timing.ts',
      'errors.ts',
      'image.ts',
      'work.ts',
      'tensor',
      'fit',
      'nets',
      'graph',
      'srgb.ts',
    ],
    packages: /^(@tensorflow\/tfjs-core|zod)$/,
  },
  graph: { own: ['errors.ts'], packages: /^$/ },
  models: { own: ['crypto.ts', 'errors.ts', 'graph'], packages: /^zod$/ },
  nets: {
    own: ['errors.ts', 'image.ts', 'timing.ts', 'tensor', 'graph'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  kernels: {
    own: ['codecs', 'errors.ts', 'generated', 'tensor'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  fit: { own: ['errors.ts', 'image.ts', 'graph'], packages: /^$/ },
  codecs: {
    own: ['timing.ts', 'errors.ts', 'image.ts', 'work.ts', 'srgb.ts'],
    packages: /^(@jsquash\/|thumbhash$)/,
  },
  sources: { own: ['errors.ts', 'url-text.ts'], packages: /^$/ },
  plan: {
    own: ['crypto.ts', 'errors.ts', 'url-text.ts', 'image.ts', 'effects', 'codecs', 'cost'],
    packages: /^zod$/,
  },
  cost: {
    own: ['errors.ts', 'image.ts', 'work.ts', 'effects', 'codecs', 'plan'],
    packages: /^$/,
  },
  render: {
    own: [
      'timing.ts',
      'crypto.ts',
      'errors.ts',
      'image.ts',
      'work.ts',
      'tensor',
      'effects',
      'codecs',
      'plan',
      'cost',
    ],
    packages: /^$/,
  },
  gate: { own: ['errors.ts'], packages: /^$/ },
  cache: { own: ['crypto.ts', 'errors.ts', 'timing.ts'], packages: /^$/ },
  jobs: {
    own: [
      'crypto.ts',
      'errors.ts',
      'image.ts',
      'config.ts',
      'codecs',
      'effects',
      'plan',
      'cost',
      'render',
      'gate',
      'sources',
      'timing.ts',
    ],
    packages: /^zod$/,
  },
  client: {
    own: ['url-text.ts', 'crypto.ts', 'errors.ts', 'signing.ts', 'timing.ts'],
    types: ['http', 'jobs'],
    packages: /^$/,
  },
  http: {
    own: [
      'cache',
      'url-text.ts',
      'crypto.ts',
      'errors.ts',
      'image.ts',
      'config.ts',
      'work.ts',
      'effects',
      'codecs',
      'plan',
      'cost',
      'render',
      'gate',
      'jobs',
      'signing.ts',
      'sources',
      'prometheus.ts',
    ],
    packages: /^hono(\/|$)/,
  },
  edge: {
    own: [
      'cache',
      'crypto.ts',
      'config.ts',
      'errors.ts',
      'models',
      'codecs',
      'effects',
      'generated',
      'http',
      'jobs',
      'kernels',
      'plan',
      'cost',
      'render',
      'gate',
      'sources',
      'timing.ts',
    ],
    packages: /^(@tensorflow\/|hono$|cloudflare:workers$)/,
  },
  gpu: {
    own: [
      'timing.ts',
      'config.ts',
      'errors.ts',
      'image.ts',
      'models',
      'codecs',
      'effects',
      'graph',
      'jobs',
      'kernels',
      'plan',
      'cost',
      'render',
      'tensor',
      'prometheus.ts',
    ],
    packages: /^(@tensorflow\/|node:|onnxruntime-node$|sharp$|hono$)/,
  },
  train: {
    own: ['errors.ts', 'graph', 'models', 'nets', 'tensor'],
    packages: /^(node:|onnxruntime-node$|sharp$)/,
  },
};

/** Folders of equals: each of their files may be imported. Every other sub-folder is entered through the file that names it. */
const rooms: readonly string[] = [
  'client/generated',
  'codecs/wasm',
  'effects/colour',
  'graph/ops',
  'http/access',
  'http/catalogue',
  'http/jobs',
  'http/observe',
  'http/page',
  'http/transform',
  'fit/losses',
  'fit/optimisers',
  'nets/gan',
  'nets/magenta',
  'nets/pixelart',
  'nets/vgg19',
  'tensor/colour',
  'tensor/filter',
  'tensor/ops',
  'tensor/palette',
  'tensor/picture',
  'tensor/resample',
  'train/data',
  'train/pixelart',
  'train/translation',
];

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);

const placeOf = (file: string): string => file.split('/')[0]!;

const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

type Import = { target: string; type: boolean };

/** What a file imports: packages by name, files of the tree by their path in `src`. */
function importsOf(file: string): Import[] {
  const found = texts
    .get(file)!
    .matchAll(/(import type [^;']*?|)(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, type, target]) => ({
    target: target!.startsWith('.') ? normalize(join('src', dirname(file), target!)) : target!,
    type: type !== '',
  }));
}

const isOwn = ({ target }: Import): boolean => target.startsWith('src/');

/** The sub-folders on the way to a file: `png` and `png/read` for `codecs/png/read/decode.ts`. */
function foldersOf(file: string): string[] {
  const parts = dirname(file).split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 2).join('/'));
}

/** Sub-folders whose entry has another name than the folder. */
const namedEntries: Readonly<Record<string, string>> = {
  'codecs/png/read': 'decode',
  'codecs/png/write': 'encode',
};

const entriesOf = (folder: string): string[] =>
  [namedEntries[folder] ?? basename(folder), 'effect', 'format', 'register'].map(
    (name) => `${folder}/${name}.ts`,
  );

describe('the source tree', () => {
  it('has a rule for every folder', () => {
    expect([...new Set(files.map(placeOf))].filter((place) => !table[place])).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(['src', 'test'])('has at most sixteen files in a folder of %s', (tree) => {
    const counts = new Map<string, number>();
    const entries = readdirSync(join(root, '..', tree), { recursive: true, withFileTypes: true });
    for (const { parentPath } of entries.filter((entry) => entry.isFile()))
      counts.set(parentPath, (counts.get(parentPath) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(40);
    expect([...counts].filter(([, count]) => count > 16)).toEqual([]);
  });

  it.each(Object.keys(table))('%s imports only what it may', (place) => {
    const rule = table[place]!;
    const wrong: string[] = [];
    for (const file of files.filter((each) => placeOf(each) === place)) {
      for (const one of importsOf(file)) {
        const allowed = [place, ...rule.own, ...(one.type ? (rule.types ?? []) : [])];
        if (place === 'edge' && one.target === 'models/manifest.json') continue;
        const right = isOwn(one)
          ? allowed.includes(placeOf(one.target.slice('src/'.length)))
          : rule.packages.test(one.target);
        if (!right) wrong.push(`${file} imports ${one.target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('enters a sub-folder through the file that names it', () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const one of importsOf(file).filter(isOwn)) {
        const target = one.target.slice('src/'.length);
        for (const folder of foldersOf(target)) {
          const inside = file.startsWith(`${folder}/`);
          if (inside || rooms.includes(folder) || entriesOf(folder).includes(target)) continue;
          wrong.push(`${file} imports ${target}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names only sub-folders that exist as folders of equals', () => {
    const folders = new Set(files.flatMap(foldersOf));
    expect(rooms.filter((room) => !folders.has(room))).toEqual([]);
  });

  it('keeps effects apart from each other', () => {
    const wrong: string[] = [];
    for (const file of files.filter((each) => placeOf(each) === 'effects')) {
      const own = file.split('/').length > 2 ? `${file.split('/').slice(0, 2).join('/')}/` : file;
      if (file === 'effects/index.ts') continue;
      for (const one of importsOf(file).filter(isOwn)) {
        const target = one.target.slice('src/'.length);
        const shared = [
          'effects/effect.ts',
          'effects/grid.ts',
          'effects/palette-cost.ts',
          'effects/palette.ts',
          'effects/params.ts',
          'effects/job-port.ts',
          'effects/trials.ts',
        ];
        if (placeOf(target) !== 'effects' || shared.includes(target)) continue;
        if (!target.startsWith(own)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('opens every file with a sentence on what it is for', () => {
    for (const file of files) expect([file, texts.get(file)!.slice(0, 3)]).toEqual([file, '// ']);
  });
});
