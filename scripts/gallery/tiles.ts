// What the gallery shows: every example of every effect, and every value (or the two ends) of every parameter.
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import type { ParamSchema } from '../../src/plan/schema.ts';

/** A picture of the gallery: its label, and the segments and sample that make it. */
export type Tile = {
  label: string;
  plan: string;
  source: string;
  /** Examples work on the whole sample, options on one of the tile's size. */
  whole: boolean;
};

/** Where a parameter needs others beside it, or shows best on another sample. */
type Setting = { beside?: string; source?: string; values?: string[] };

const settings: Record<string, Setting> = {
  'resize.w': { values: ['40', '120'] },
  'resize.h': { values: ['30', '90'] },
  'resize.fit': { beside: 'w=120,h=120', source: 'landscape.jpg' },
  'resize.gravity': {
    beside: 'w=60,h=120,fit=cover',
    source: 'landscape.jpg',
    values: ['left', 'right', '0.3x0.5', 'auto'],
  },
  'resize.dpr': { beside: 'w=50', values: ['1', '2.5'] },
  'resize.background': { source: 'sticker.png', values: ['ffd9a0', '2b6777'] },
  'output.q': { values: ['5', '90'] },
  'pixelate.mode': { values: ['mean', 'reference'] },
  'pixelate.palette': { beside: 'columns=64' },
  'pixelate.dither': { beside: 'columns=64,palette=gameboy' },
  'pixelate.strength': {
    beside: 'columns=64,palette=gameboy,dither=floyd-steinberg',
    values: ['0.3', '1'],
  },
  'pixelate.colors': { beside: 'columns=64,palette=auto', values: ['4', '32'] },
  'pixelate.outline': { beside: 'columns=64', values: ['0.3', '0.8'] },
  'pixelate.cells': { beside: 'columns=48' },
  'pixelate.columns': { values: ['12', '48'] },
  'pixelate.rows': { values: ['10', '36'] },
  'pixelate.block': { values: ['4', '16'] },
  'hybrid.lr': { beside: 'mode=reference,steps=20', values: ['0.3', '5'] },
  'hybrid.steps': { beside: 'mode=reference', values: ['5', '100'] },
  'hybrid.sigma': { values: ['1', '6'] },
  'hybrid.kernel': { beside: 'sigma=6', values: ['5', '37'] },
  'hybrid.cutoff': { values: ['6', '32'] },
  'hybrid.align': {
    values: ['0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65', '0.4_0.3_0.4_0.3~0.6_0.3_0.6_0.4'],
  },
  'hybrid.distance': { beside: 'preview=distance', values: ['4', '16'] },
  'trim.trim': { source: 'sticker.png', values: ['border', '40;20;0;60'] },
  'rotate.rotate': { values: ['90', '180', '270'] },
  'blur.blur': { values: ['4', '30'] },
  'sharpen.sharpen': { values: ['1', '5'] },
  'edges.gain': { values: ['1', '4'] },
  'style.styleWeights': { values: ['1'] },
  ...optimised({
    recipe: {},
    weights: {},
    optimizer: {},
    contentLayers: { values: ['relu4_2', 'relu2_2'] },
    styleLayers: { values: ['relu1_1~relu2_1', 'relu3_1~relu4_1~relu5_1'] },
    steps: {},
    seconds: {},
    seed: { beside: 'init=noise', values: ['0', '1'] },
    init: {},
    styleScale: {},
    contentWeight: {},
    styleWeight: {},
    tvWeight: {},
  }),
};

/** Parameters of `style` that only its engine vgg19 has. */
function optimised(parameters: Record<string, Setting>): Record<string, Setting> {
  const entries = Object.entries(parameters).map(([name, { beside, ...rest }]) => [
    `style.${name}`,
    { ...rest, beside: ['engine=vgg19', ...(beside ? [beside] : [])].join(',') },
  ]);
  return Object.fromEntries(entries);
}

const skipped = new Set([
  'output.f',
  'output.anim',
  'output.metadata',
  'output.pending',
  'output.exp',
  'output.onerror',
  'hybrid.far',
  'style.style',
]);

// What a step cannot do without.
const required: Record<string, string[]> = {
  hybrid: ['far=asset:bust.jpg'],
  style: ['style=asset:painting.jpg'],
};

function valuesOf(schema: ParamSchema): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(valuesOf);
  if (schema.enum) return schema.enum.map(String);
  if (schema.type === 'boolean') return ['true', 'false'];
  if (schema.minimum === undefined) return [];
  return [schema.ui?.min ?? schema.minimum, schema.ui?.max ?? schema.maximum].map(String);
}

/** The tiles of one effect, examples first. */
export function tilesOf({ name, segment, parameters, examples }: CatalogEntry): Tile[] {
  const shown = examples.map((url) => {
    const [, plan = '', source = ''] = /^\/t\/(.*)\/asset:(.*)$/.exec(url) ?? [];
    return { label: plan, plan, source, whole: true };
  });
  const usual = name === 'hybrid' ? 'chess.jpg' : 'landscape.jpg';
  const always = required[name] ?? [];
  const options = Object.entries(parameters.properties).flatMap(([param, schema]) => {
    const key = `${name}.${param}`;
    if (skipped.has(key)) return [];
    const { beside, source = usual, values = valuesOf(schema) } = settings[key] ?? {};
    return values.map((value) => {
      const own = [...(beside ? [beside] : []), `${param}=${value}`].join(',');
      const head = segment === 'step' ? [name, ...always] : [];
      return { label: own, plan: [...head, own].join(','), source, whole: false };
    });
  });
  return [...shown, ...options];
}
