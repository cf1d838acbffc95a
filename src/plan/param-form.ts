// What reading a plan needs to know of a parameter, taken from its zod schema directly. Its JSON Schema says the same and more, but making
// it takes milliseconds in an isolate that was just started.
import * as z from 'zod';
import type { ParamSchema } from './schema.ts';

/** The same as these words of the parameter's JSON Schema. */
export type ParamForm = Pick<ParamSchema, 'type' | 'default' | 'conditional' | 'names'> & {
  anyOf?: readonly ParamForm[];
};

const known = new WeakMap<z.core.$ZodType, ParamForm>();

/** The form of a parameter. */
export function formOf(param: z.core.$ZodType): ParamForm {
  let form = known.get(param);
  if (!form) {
    form = read(param as z.core.$ZodTypes);
    known.set(param, form);
  }
  return form;
}

/** Words of `meta` that belong to a form. */
const metaWords = ['default', 'conditional', 'names'] as const;

function read(schema: z.core.$ZodTypes): ParamForm {
  const form = structureOf(schema);
  const meta = z.globalRegistry.get(schema) ?? {};
  const own = metaWords.flatMap((word) => (meta[word] === undefined ? [] : [[word, meta[word]]]));
  return { ...form, ...Object.fromEntries(own) };
}

function structureOf({ _zod: { def } }: z.core.$ZodTypes): ParamForm {
  const inner = (schema: z.core.$ZodType): ParamForm => read(schema as z.core.$ZodTypes);
  switch (def.type) {
    case 'default':
    case 'prefault':
      return { ...inner(def.innerType), default: def.defaultValue };
    case 'optional':
      return inner(def.innerType);
    // The input is what a URL gives; what becomes of it has no text.
    case 'pipe':
      return inner(def.in);
    case 'union':
      return { anyOf: def.options.map(inner) };
    case 'number':
      return {
        type: (def as z.core.$ZodNumberDef & { format?: string }).format ? 'integer' : 'number',
      };
    case 'literal':
      return { type: typeof def.values[0] === 'number' ? 'number' : 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
    case 'enum':
      return { type: 'string' };
    default:
      throw new Error(`expected a schema of a parameter, got ${def.type}`);
  }
}
