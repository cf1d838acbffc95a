import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { effects } from '../../src/effects/index.ts';
import { formOf, type ParamForm } from '../../src/plan/param-form.ts';
import { outputParams } from '../../src/plan/plan.ts';
import { type ParamSchema, schemasOf } from '../../src/plan/schema.ts';

/** The words of a JSON Schema that belong to a form. */
function wordsOf(schema: ParamSchema): ParamForm {
  const { type, conditional, names, anyOf } = schema;
  return {
    ...(type && !anyOf && { type }),
    ...(anyOf && { anyOf: anyOf.map(wordsOf) }),
    ...('default' in schema && { default: schema.default }),
    ...(conditional && { conditional }),
    ...(names && { names }),
  };
}

const owners = [
  ...effects.map(({ name, params }) => [name, params] as const),
  ['the answer', outputParams] as const,
];

describe('forms of parameters', () => {
  it.each(owners)('of %s say the same as their JSON Schemas', (_, params) => {
    const forms = Object.entries(params).map(([name, param]) => [name, formOf(param)]);
    const words = Object.entries(schemasOf(params)).map(([name, schema]) => [
      name,
      wordsOf(schema),
    ]);
    expect(forms).toEqual(words);
  });

  it('refuse a schema that no parameter has', () => {
    expect(() => formOf(z.date())).toThrow('expected a schema of a parameter, got date');
  });
});
