// Decides which control a parameter gets, from its schema alone.
import type { Schema } from '../catalogue.ts';

export type Range = {
  min: number;
  max: number;
  step: number;
  /** The whole range that the service accepts. */
  least: number;
  most: number;
};

export type Kind =
  | { type: 'switch' }
  | { type: 'choice'; options: readonly string[] }
  | { type: 'range'; range: Range; words: readonly string[] }
  | { type: 'colour' }
  | { type: 'palette'; names: readonly string[] }
  | { type: 'picture'; most: number; names: readonly string[] }
  | { type: 'pairs' }
  | { type: 'text'; pattern: string | undefined; words: readonly string[] };

/** The alternatives of a schema, flat. */
function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}

const wordsOf = ({ const: word, enum: words }: Schema): string[] =>
  word !== undefined ? [String(word)] : (words ?? []).map(String);

/** The control for a parameter. */
export function kindOf(schema: Schema): Kind {
  const all = alternatives(schema);
  const words = all.flatMap(wordsOf);
  const formats = [schema, ...all].map(({ format }) => format ?? '');
  const format = schema.format ?? '';
  if (schema.ui?.control === 'pairs') return { type: 'pairs' };
  if (schema.ui?.swatches) return { type: 'palette', names: words };
  if (formats.includes('source')) return { type: 'picture', most: 1, names: schema.names ?? [] };
  if (formats.includes('sources')) {
    const most = [schema, ...all].find((each) => each.most !== undefined)?.most ?? 1;
    return { type: 'picture', most, names: schema.names ?? [] };
  }
  if (/colour$/.test(format) && schema.type === 'string' && !schema.pattern) {
    return { type: 'colour' };
  }
  if (schema.type === 'boolean') return { type: 'switch' };
  const number = all.find(
    ({ type, enum: listed, maximum }) =>
      (type === 'integer' || type === 'number') && !listed && maximum !== undefined,
  );
  if (number) return { type: 'range', range: rangeOf(number, schema), words };
  const free = all.find(
    ({ type, enum: listed, const: word }) => type === 'string' && !listed && word === undefined,
  );
  if (free || words.length === 0) return { type: 'text', pattern: free?.pattern, words };
  return { type: 'choice', options: words };
}

/** Positions of a slider, about; numbers of a range that is no integer are rounded to this fraction of it. */
const POSITIONS = 100;

function rangeOf(number: Schema, schema: Schema): Range {
  const least = number.minimum ?? 0;
  const most = number.maximum ?? 1;
  const ui = { ...number.ui, ...schema.ui };
  const min = ui.min ?? least;
  const max = ui.max ?? most;
  if (number.type === 'integer') {
    const odd = (number.format ?? schema.format) === 'odd';
    return { min, max, step: odd ? 2 : 1, least, most };
  }
  // 1, 2 or 5 times a power of ten.
  const raw = (max - min) / POSITIONS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw * 0.999) ?? 10);
  return { min, max, step, least, most };
}

/** A number of a slider as text, without the noise of binary fractions. */
export function numberText(value: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return String(Number(value.toFixed(digits)));
}

/** The name of a parameter as a label: `border.color` is "border color". A name of one letter is replaced by its longest alias. */
export const labelOf = (name: string, aliases: Readonly<Record<string, string>> = {}): string =>
  (name.length > 1 ? name : longestAlias(name, aliases))
    .replaceAll('.', ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

const longestAlias = (name: string, aliases: Readonly<Record<string, string>>): string =>
  Object.keys(aliases)
    .filter((alias) => aliases[alias] === name)
    .reduce((longest, alias) => (alias.length > longest.length ? alias : longest), name);
