// Parameter schemas as JSON Schema, for the catalogue and for the texts of errors; and values as URLs have them.
import * as z from 'zod';
import type { ParamSchemas } from '../effects/effect.ts';
import type { ParamForm } from './param-form.ts';

/** JSON Schema of one parameter, with this project's `unit`, `ui` and `format` beside the standard words. */
export type ParamSchema = {
  type?: 'integer' | 'number' | 'boolean' | 'string';
  const?: unknown;
  enum?: readonly (string | number)[];
  anyOf?: readonly ParamSchema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  not?: object;
  default?: unknown;
  /** The default holds only in some plans, so that giving it may differ from leaving it out. */
  conditional?: boolean;
  description?: string;
  format?: string;
  unit?: string;
  /** For `format: 'sources'`: the most sources, and texts that are names instead of sources. */
  most?: number;
  names?: readonly string[];
  ui?: {
    /** Ends of a slider, inside the range that is accepted. */
    min?: number;
    max?: number;
    /** `pairs`: pairs of points on two pictures. */
    control?: 'pairs';
    /** Few need it, so forms show it last. */
    rare?: boolean;
    /** Colours of named palettes, as six hexadecimal digits each, joined by `~`. */
    swatches?: Readonly<Record<string, string>>;
  };
};

const known = new WeakMap<ParamSchemas, Readonly<Record<string, ParamSchema>>>();

/** JSON Schema of each parameter, in the order of the declaration. */
export function schemasOf(params: ParamSchemas): Readonly<Record<string, ParamSchema>> {
  let schemas = known.get(params);
  if (!schemas) {
    schemas = Object.fromEntries(
      Object.entries(params).map(([name, param]) => {
        const { $schema, ...schema } = z.toJSONSchema(param, { io: 'input' });
        return [name, schema as ParamSchema];
      }),
    );
    known.set(params, schemas);
  }
  return schemas;
}

/** JSON Schema of all parameters of an effect as one object. */
export function objectSchemaOf(params: ParamSchemas) {
  const properties = schemasOf(params);
  const required = Object.entries(params)
    .filter(([, param]) => !param.safeParse(undefined).success)
    .map(([name]) => name);
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** The typed value of a parameter's text in a URL; the text itself if it does not have the schema's type, which validation then rejects. */
export function readValue({ type, anyOf }: ParamForm, text: string): unknown {
  if (anyOf) {
    const values = anyOf.map((option) => readValue(option, text));
    return values.find((value) => typeof value !== 'string') ?? text;
  }
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'number' && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

const COLOURS = 'of CSS such as ffe8c7, red or rgb(255 232 199)';

/** What a parameter accepts, in words: `an integer from 1 to 256`. */
export function expectationOf(schema: ParamSchema): string {
  if (schema.anyOf) return schema.anyOf.map(expectationOf).join(' or ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum?.length === 1) return String(schema.enum[0]);
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'integer' || schema.type === 'number') {
    if (schema.format !== undefined && schema.format !== 'odd') return schema.format;
    const odd = schema.format === 'odd' ? 'odd ' : '';
    const kind = schema.type === 'integer' ? `an ${odd}integer` : 'a number';
    return `${kind} from ${schema.minimum} to ${schema.maximum}`;
  }
  if (schema.format === 'source') return 'asset:<name> or b64:<base64url of a source>';
  if (schema.format === 'sources') {
    const names = schema.names ? `${schema.names.join(', ')}, or ` : '';
    return `1 to ${schema.most} sources joined by ~, each ${names}asset:<name> or b64:<base64url of a source>`;
  }
  if (schema.format === 'colour') return `a colour ${COLOURS}`;
  if (schema.format === 'opaque colour') return `an opaque colour ${COLOURS}`;
  return schema.format ?? `text of ${schema.minLength ?? 0} to ${schema.maxLength} characters`;
}
