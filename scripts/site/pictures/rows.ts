// For each parameter of an effect, the URLs that show it through its range.
import { effects } from '../../../src/effects/index.ts';
import type { CatalogEntry } from '../../../src/http/catalogue/catalogue.ts';
import type { ParamSchema } from '../../../src/plan/schema.ts';
import { parameterTiles } from '../../gallery/tiles.ts';

/** Size of the pictures in rows, in px. */
export const TILE = { width: 240, height: 180 };

/** Numbers that a row shows of a range: as many as stand beside each other on a wide screen. */
const STEPS = 4;

/** Sample pictures that stand for further images. */
const FURTHER = ['bust.jpg', 'landscape.jpg', 'painting.jpg'];

/** One value in a row: how it is written, and the URL of its picture. */
export type Shown = { value: string; url: string; isDefault: boolean };

export type Row = {
  param: string;
  schema: ParamSchema;
  aliases: readonly string[];
  /** Empty if the parameter does not change how the picture looks. */
  shown: readonly Shown[];
};

/** Formats, of which the gallery shows none, since they look the same. */
const formats = ['avif', 'webp', 'jpeg', 'png', 'gif', 'json', 'blurhash', 'thumbhash'];

/** The rows of an entry of the catalogue, one for each parameter, in the order of the declaration. */
export function rowsOf(entry: CatalogEntry): Row[] {
  const effect = effects.find(({ name }) => name === entry.name);
  const tiles = new Map(
    parameterTiles(entry, effect, { steps: STEPS }).map(({ param, tiles: all }) => [param, all]),
  );
  return Object.entries(entry.parameters.properties).map(([param, schema]) => {
    const given = (tiles.get(param) ?? []).map(({ value, plan, source }) => ({
      value,
      url: tileUrl(plan, source),
    }));
    const shown = given.length > 0 ? given : others(entry, param, schema);
    const usual = schema.default === undefined ? undefined : String(schema.default);
    const aliases = Object.keys(entry.aliases).filter((alias) => entry.aliases[alias] === param);
    return {
      param,
      schema,
      aliases,
      shown: shown.map((each) => ({ ...each, isDefault: each.value === usual })),
    };
  });
}

/** What parameters that have no tiles in the gallery show. */
function others(
  { name, example }: CatalogEntry,
  param: string,
  { format, names }: ParamSchema,
): { value: string; url: string }[] {
  const sample = example.slice(example.lastIndexOf('/asset:') + '/asset:'.length);
  const further = names ?? FURTHER.map((file) => `asset:${file}`);
  if (format === 'sources' || format === 'source')
    return further.map((value) => ({ value, url: tileUrl(`${name},${param}=${value}`, sample) }));
  if (name === 'output' && param === 'f')
    return formats.map((value) => ({ value, url: tileUrl(`f=${value}`, sample) }));
  return [];
}

/** The URL of a tile: the sample in its size, then the plan; the format of the answer unless the plan is about it. */
function tileUrl(plan: string, source: string): string {
  const isAnswer = /(?:^|[,/])(?:f|q|lossless)=/.test(plan);
  const format = isAnswer ? (/(?:^|,)q=/.test(plan) ? '/f=webp' : '') : '/f=webp';
  return `/t/w=${TILE.width},h=${TILE.height},fit=cover/${plan}${format}/asset:${source}`;
}
