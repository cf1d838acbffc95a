// JSON Schema (2020-12) of what `POST /v1/jobs` takes as JSON, for editors and for the OpenAPI document, from the declarations.
import type { Effect } from '../../effects/effect.ts';
import { MAX_SEGMENTS } from '../../plan/grammar.ts';
import { outputParams } from '../../plan/plan.ts';
import { expectationOf, objectSchemaOf, type ParamSchema } from '../../plan/schema.ts';
import { MAX_URL_LENGTH } from '../transform/url.ts';
import type { PlanRules } from './presets.ts';

export const PLAN_SCHEMA_PATH = '/v1/plan.schema.json';

/** The document of `GET /v1/plan.schema.json`; `id` is its own address. */
export const planSchemaDocument = (rules: PlanRules, id: string) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: id,
  ...jobRequestSchema(rules),
});

/** Schema of a plan with its source. It refuses what the service refuses, as far as a schema can say it. */
export function jobRequestSchema({ open, presets }: Pick<PlanRules, 'open' | 'presets'>) {
  return {
    title: 'Job request',
    description: 'A plan and its source, as POST /v1/jobs takes them.',
    type: 'object',
    required: ['plan', 'source'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'For editors; the service ignores it.' },
      plan: {
        title: 'Plan',
        description: 'Segments, applied in their order.',
        anyOf: [
          {
            type: 'string',
            description: 'As in a URL: w=256,fit=cover/pixelate,block=8',
            maxLength: MAX_URL_LENGTH,
          },
          { type: 'array', maxItems: MAX_SEGMENTS, items: segmentSchema(open, presets) },
        ],
      },
      source: {
        type: 'string',
        title: 'Source',
        description:
          'The picture: https://…, asset:<name> of a sample, r2:<key> of the bucket, or b64:<base64url of one of these>.',
        maxLength: MAX_URL_LENGTH,
      },
    },
    examples: [
      { plan: [{ w: 256, fit: 'cover' }, { pixelate: { block: 8 } }], source: 'asset:chess.jpg' },
      { plan: 'w=256,fit=cover/pixelate,block=8', source: 'asset:chess.jpg' },
    ].filter(() => open.some(({ name }) => name === 'pixelate')),
  };
}

/** One object for both kinds of segments: editors then complete all names, and say what is wrong with a single one. */
function segmentSchema(open: readonly Effect[], presets: PlanRules['presets']) {
  const steps = open.filter(({ segment }) => segment === 'step');
  const options = open.filter(({ segment }) => segment === 'options');
  return {
    title: 'Segment',
    description:
      'Options of one segment, such as {"w": 256}, or one step, such as {"pixelate": {"block": 8}}.',
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(steps.map((step) => [step.name, stepSchema(step)])),
      ...propertiesOf(Object.assign({}, ...options.map(({ params }) => params), outputParams)),
      ...(presets.size > 0 && {
        p: {
          title: 'Preset',
          description: 'A named plan of this service.',
          enum: [...presets.keys()],
        },
      }),
    },
    ...(steps.length > 0 && {
      if: { anyOf: steps.map(({ name }) => ({ required: [name] })) },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { maxProperties: 1 },
    }),
  };
}

function stepSchema({ name, summary, params }: Effect) {
  const { properties: _, ...object } = objectSchemaOf(params);
  return { title: name, description: summary, ...object, properties: propertiesOf(params) };
}

const propertiesOf = (params: Effect['params']) =>
  Object.fromEntries(
    Object.entries(objectSchemaOf(params).properties).map(([name, schema]) => [
      name,
      {
        title: schema.unit === undefined ? name : `${name} (${schema.unit})`,
        description: [schema.description, ...expectations(schema)].join(' '),
        ...(schema.default !== undefined && { default: schema.default }),
        ...valueSchema(schema),
      },
    ]),
  );

/** The expectation in plain words, if the keywords of the schema do not show it. */
const expectations = (schema: ParamSchema): string[] =>
  schema.format !== undefined || schema.pattern !== undefined || schema.anyOf !== undefined
    ? [`Expected: ${expectationOf(schema)}.`]
    : [];

/** The keywords of JSON Schema for the values alone. */
function valueSchema(schema: ParamSchema): object {
  const {
    type,
    const: only,
    enum: values,
    anyOf,
    minimum,
    maximum,
    maxLength,
    pattern,
    not,
  } = schema;
  const words = { type, const: only, enum: values, minimum, maximum, maxLength, pattern, not };
  return {
    ...Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)),
    ...(type === 'string' && !values && only === undefined && { minLength: 1 }),
    ...(anyOf && { anyOf: anyOf.map(valueSchema) }),
  };
}
