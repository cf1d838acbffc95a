// Which imports are allowed in `src`: between folders, into sub-folders, and between effects.

type Rule = {
  /** Folders, or single files, of `src`. */
  own: readonly string[];
  /** Further folders, of which it may import the types alone. */
  types?: readonly string[];
  packages: RegExp;
};

/** What each folder, or single file, of `src` may import besides itself. */
export const table: Readonly<Record<string, Rule>> = {
  'crypto.ts': { own: [], packages: /^$/ },
  'errors.ts': { own: [], packages: /^$/ },
  'image.ts': { own: ['timing.ts'], packages: /^$/ },
  'prometheus.ts': { own: [], packages: /^$/ },
  'release.ts': { own: [], packages: /^$/ },
  'signing.ts': { own: ['crypto.ts'], packages: /^$/ },
  'srgb.ts': { own: [], packages: /^$/ },
  'config.ts': { own: ['config', 'signing.ts'], packages: /^$/ },
  config: { own: [], packages: /^$/ },
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
    own: ['codecs', 'errors.ts', 'generated', 'srgb.ts', 'tensor'],
    packages: /^@tensorflow\/tfjs-core$/,
  },
  fit: { own: ['errors.ts', 'image.ts', 'graph'], packages: /^$/ },
  codecs: {
    own: ['timing.ts', 'errors.ts', 'generated', 'image.ts', 'release.ts', 'work.ts', 'srgb.ts'],
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
      'release.ts',
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
    types: ['gate'],
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
      'release.ts',
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
      'image.ts',
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
      'node',
      'plan',
      'cost',
      'render',
      'tensor',
      'prometheus.ts',
    ],
    packages: /^(node:|sharp$|hono$)/,
  },
  // What the rims in Node share: files, codecs, kernels, and the engines of GPU-only steps.
  node: {
    own: ['errors.ts', 'models', 'codecs', 'cost', 'graph', 'kernels', 'render', 'tensor'],
    packages: /^(@tensorflow\/|node:|onnxruntime-node$)/,
  },
  web: {
    own: ['client', 'errors.ts', 'timing.ts', 'url-text.ts'],
    types: ['http', 'jobs'],
    packages: /^$/,
  },
  train: {
    own: ['errors.ts', 'fit', 'graph', 'models', 'nets', 'tensor'],
    packages: /^(node:|onnxruntime-node$|sharp$)/,
  },
};

/** Folders of equals: each of their files may be imported. Every other sub-folder is entered through the file that names it. */
export const rooms: readonly string[] = [
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
  'nets/named-styles',
  'nets/pixelart',
  'nets/vgg19',
  'tensor/cells',
  'tensor/colour',
  'tensor/filter',
  'tensor/ops',
  'tensor/palette',
  'tensor/picture',
  'tensor/resample',
  'train/data',
  'train/perceptual',
  'train/pixelart',
  'train/slim',
  'train/translation',
  'web/controls',
  'web/pictures',
  'web/preview',
  'web/share',
  'web/state',
];

/** Sub-folders whose entry has another name than the folder. */
export const namedEntries: Readonly<Record<string, string>> = {
  'codecs/gif/write': 'writer',
  'codecs/png/read': 'decode',
  'codecs/png/write': 'encode',
};

/** Files of `effects` that every effect may import; effects do not import each other. */
export const sharedByEffects: readonly string[] = [
  'effects/effect.ts',
  'effects/grid.ts',
  'effects/palette-cost.ts',
  'effects/palette.ts',
  'effects/params.ts',
  'effects/job-port.ts',
  'effects/trials.ts',
];
