// Checks the JSON Schema of parameters, which the catalogue, the documents and the client are made from.
import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { schemasOf } from '../../src/plan/schema.ts';

const filled = effects.flatMap(({ name, params }) =>
  Object.entries(params).flatMap(([param, schema]) => {
    const { data: value } = schema.safeParse(undefined);
    return value === undefined ? [] : [{ name, param, value, schema: schemasOf(params)[param] }];
  }),
);

describe('the schema of a parameter', () => {
  it.each(filled)('of $name says that $param is $value unless given', ({ schema, value }) => {
    expect(schema?.default).toEqual(value);
  });
});
