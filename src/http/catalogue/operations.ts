// The operations of the OpenAPI document, except those about jobs; `routes.ts` refers to them.
import { failuresOf } from './failures.ts';
import { acceptedAnswer, prefer, signature } from './operations-jobs.ts';
import { file, healthSchema, purgedSchema } from './schemas.ts';

type Responses = Readonly<Record<string, unknown>>;

/** Parts of the document that several operations use. */
export type Parts = {
  /** The path parameter for the plan's segments. */
  plan: object;
  /** Names of the form's parts for further images. */
  inputs: readonly string[];
  /** Responses with a picture. */
  pictures: Responses;
  /** Problem documents by their status, of operations that work on pictures. */
  failures: Responses;
};

/** An operation, and its path in the document if that differs from the route's. */
export type Operation = { path?: string; of: (parts: Parts) => object };

const source = {
  name: 'source',
  in: 'path',
  required: true,
  description:
    '`https://…`, raw or percent-encoded once, `asset:<name>`, `r2:<key>`, or `b64:<base64url of a source>`.',
  schema: { type: 'string' },
  example: 'asset:chess.jpg',
};

const answers = ({ pictures, failures }: Parts) => ({
  '200': {
    description:
      'The picture; with `f=json` its numbers, with `f=blurhash` and `f=thumbhash` (base64) a placeholder.',
    content: pictures,
  },
  '202': acceptedAnswer,
  ...failures,
});

export const transform: Operation = {
  path: '/t/{plan}/{source}',
  of: (parts) => ({
    operationId: 'transform',
    summary: 'Transform a picture from a source.',
    parameters: [
      parts.plan,
      source,
      {
        name: 'Accept',
        in: 'header',
        schema: { type: 'string' },
        description: 'Decides the format of `f=auto`.',
      },
      { name: 'If-None-Match', in: 'header', schema: { type: 'string' } },
      prefer,
    ],
    responses: {
      ...answers(parts),
      '302': { description: 'With `onerror=redirect`: the source itself.' },
      '304': { description: 'Not modified.' },
    },
  }),
};

export const transformUpload: Operation = {
  path: '/t/{plan}',
  of: (parts) => ({
    operationId: 'transformUpload',
    summary: 'Transform an uploaded picture.',
    parameters: [parts.plan, prefer],
    requestBody: {
      required: true,
      content: {
        'image/*': { schema: file },
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['image'],
            properties: Object.fromEntries(['image', ...parts.inputs].map((name) => [name, file])),
          },
        },
      },
    },
    responses: answers(parts),
  }),
};

export const purge: Operation = {
  of: () => ({
    operationId: 'purge',
    summary: 'Stop using answers that were made from a source before now.',
    parameters: [
      {
        name: 'source',
        in: 'query',
        required: true,
        schema: { type: 'string' },
        description: 'Spelled as at the end of a transform URL, and percent-encoded as a value.',
        example: 'asset:chess.jpg',
      },
      signature,
    ],
    responses: {
      ...json('The purge holds at this data centre now, elsewhere within a minute.', purgedSchema),
      ...failuresOf([
        'bad_option',
        'bad_source',
        'bad_signature',
        'not_allowed',
        'too_many_bytes',
        'uri_too_long',
        'internal',
      ]),
    },
  }),
};

export const effects: Operation = {
  of: () => ({
    operationId: 'effects',
    summary: 'The catalogue of effects.',
    responses: json('The catalogue.', { $ref: '#/components/schemas/Catalogue' }),
  }),
};

export const keepPicture: Operation = {
  of: () => ({
    operationId: 'keepPicture',
    summary: 'In development: keep a picture, so that URLs can name it.',
    requestBody: { required: true, content: { 'image/*': { schema: file } } },
    responses: {
      '201': {
        description: 'The source of the picture; the same file has the same.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['source'],
              properties: { source: { type: 'string', examples: ['r2:own-0123.jpg'] } },
            },
          },
        },
      },
      ...failuresOf([
        'not_allowed',
        'bad_body',
        'too_many_bytes',
        'not_an_image',
        'format_unsupported',
        'undecodable',
        'busy',
        'internal',
      ]),
    },
  }),
};

export const planSchema: Operation = {
  of: () => ({
    operationId: 'planSchema',
    summary: 'JSON Schema of plans, for editors.',
    responses: {
      '200': {
        description: 'JSON Schema, draft 2020-12.',
        content: { 'application/schema+json': { schema: { type: 'object' } } },
      },
    },
  }),
};

export const openApiDocument: Operation = {
  of: () => ({
    operationId: 'openapi',
    summary: 'This document.',
    responses: json('OpenAPI 3.1.', { type: 'object' }),
  }),
};

export const health: Operation = {
  of: () => ({
    operationId: 'health',
    summary: 'Whether the service answers, and its versions.',
    responses: json('It does.', healthSchema),
  }),
};

export const metrics: Operation = {
  of: () => ({
    operationId: 'metrics',
    summary: 'Counts of the isolate that answers, for Prometheus.',
    security: [{}, { metrics: [] }],
    responses: {
      '200': {
        description: 'Text exposition format 0.0.4.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
      ...failuresOf(['bad_signature', 'not_allowed', 'internal']),
    },
  }),
};

const json = (description: string, schema: object) => ({
  '200': { description, content: { 'application/json': { schema } } },
});
