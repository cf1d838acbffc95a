// The types of the client's plan builder, generated from the declarations.
import { outputFormats } from '../../src/codecs/formats.ts';
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import type { ParamSchema } from '../../src/plan/schema.ts';

/** Options that the builder takes as arguments of their own. */
const APART = ['exp'];

/** The text of `src/client/generated/catalogue.ts`. */
export function clientTypes(entries: readonly CatalogEntry[]): string {
  const options = entries.filter(({ segment }) => segment === 'options');
  const steps = entries.filter(({ segment }) => segment === 'step');
  const inputs = steps.filter((entry) => entry.inputs.length > 0);
  const inputLines = inputs.map(
    (entry) =>
      `  ${entry.name}: { ${entry.inputs.map((name) => `${keyOf(name)}: [${namesOf(entry, name).map(literal).join(', ')}]`).join(', ')} },`,
  );
  const outputs = Object.keys(
    entries.find(({ name }) => name === 'output')?.parameters.properties ?? {},
  );
  return `// What the client's builder offers, from the declarations of the effects; \`npm run docs\` writes it.

/** A further image: an address, \`asset:<name>\`, \`r2:<key>\` or \`b64:<base64url of one>\`. */
export type Input = string | URL;

/** Options of one segment; their order of work is that of the service, whatever the order here. */
export type Options = {
${options.flatMap((entry) => fields(entry, false)).join('\n')}
};

/** Parameters of every effect that is a step of its own. */
export type Steps = {
${steps
  .map(
    (entry) =>
      `  /** ${prose(entry.summary)} */\n  ${entry.name}: {\n${indent(fields(entry, true))}\n  };`,
  )
  .join('\n')}
};

/** The steps by name. */
export const stepNames = [${steps.map(({ name }) => `'${name}'`).join(', ')}] as const;

/** Parameters that name further images, and the names that each accepts in place of one. */
export const stepInputs = {
${inputLines.join('\n')}
} as const;

/** Options that shape the answer: each once in a URL. */
export const outputNames: readonly string[] = [${outputs.map((name) => `'${name}'`).join(', ')}];

/** Formats of pictures; \`auto\` follows the browser's \`Accept\` header. */
export const pictureFormats = [${['auto', ...outputFormats].map((name) => `'${name}'`).join(', ')}] as const;
`;
}

const namesOf = ({ parameters }: CatalogEntry, param: string): readonly string[] =>
  parameters.properties[param]?.names ?? [];

const indent = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/^/gm, '  ')).join('\n');

function fields({ parameters }: CatalogEntry, canBeRequired: boolean): string[] {
  const { properties, required = [] } = parameters;
  return Object.entries(properties)
    .filter(([name]) => !APART.includes(name))
    .map(([name, schema]) => {
      const needed = canBeRequired && required.includes(name);
      const type = typeOf(schema);
      return `  /** ${prose(describe(schema))} */\n  ${keyOf(name)}${needed ? '' : '?'}: ${type}${needed ? '' : ' | undefined'};`;
    });
}

/** A name as a member of a TypeScript type. */
const keyOf = (name: string): string => (/^\w+$/.test(name) ? name : `'${name}'`);

/** The TypeScript type of a parameter. */
function typeOf(schema: ParamSchema): string {
  // In a union with names, a plain `string` would keep editors from completing the names.
  if (schema.anyOf) {
    const types = schema.anyOf.map((option) =>
      typeOf(option).replace(/^string\b/, '(string & {})'),
    );
    return [...new Set(types)].join(' | ');
  }
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.format === 'source') return 'Input';
  if (schema.format === 'sources') {
    const one = ['Input', ...(schema.names ?? []).map(literal)].join(' | ');
    return schema.names ? `${one} | readonly (${one})[]` : 'Input | readonly Input[]';
  }
  return isList(schema) ? 'string | readonly (string | number)[]' : 'string';
}

// The pattern of a list repeats the part after `~`.
const isList = ({ pattern }: ParamSchema): boolean => /~[^)]*.*\)(?:\*|\{)/.test(pattern ?? '');

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : String(value);

function describe({ description = '', minimum, maximum, unit, ...schema }: ParamSchema): string {
  const range = minimum === undefined ? [] : [`${minimum}…${maximum}${unit ? ` ${unit}` : ''}`];
  const initial = schema.default === undefined ? [] : [`Default: ${schema.default}`];
  const sentences = [description, ...range, ...initial].filter((sentence) => sentence !== '');
  return sentences.map((sentence) => sentence.replace(/\.?$/, '.')).join(' ');
}

const prose = (text: string): string => text.replaceAll('*/', '*∕');
