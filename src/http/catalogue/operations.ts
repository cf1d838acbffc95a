// The operations of the OpenAPI document, except those about jobs; `routes.ts` refers to them.
import { acceptedAnswer, prefer } from './operations-jobs.ts';

type Responses = Readonly<Record<string, unknown>>;

/** Parts of the document that several operations use. */
export type Parts = {
  /** The path parameter for the plan's segments. */
  plan: object;
  /** Names of the form's parts for further images. */
  inputs: readonly string[];
  /** Responses with a picture. */
  pictures: Responses;
  /** Problem documents by their status. */
  failures: Responses;
};

/** An operation, and its path in the document if that differs from the route's. */
export type Operation = { path?: string; of: (parts: Parts) => object };

const pathParameter = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

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
      pathParameter(
        'source',
        '`https://…`, raw or percent-encoded once, `asset:<name>`, `r2:<key>`, or `b64:<base64url of a source>`.',
      ),
      {
        name: 'Accept',
        in: 'header',
        schema: { type: 'string' },
        description: 'Decides the format of `f=auto`.',
      },
      { name: 'If-None-Match', in: 'header', schema: { type: 'string' } },
      prefer,
    ],
    responses: { ...answers(parts), '304': { description: 'Not modified.' } },
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
        'image/*': { schema: { type: 'string', format: 'binary' } },
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['image'],
            properties: Object.fromEntries(
              ['image', ...parts.inputs].map((name) => [
                name,
                { type: 'string', format: 'binary' },
              ]),
            ),
          },
        },
      },
    },
    responses: answers(parts),
  }),
};

export const purge: Operation = {
  of: ({ failures }) => ({
    operationId: 'purge',
    summary: 'Stop using answers that were made from a source before now.',
    parameters: [
      {
        name: 'source',
        in: 'query',
        required: true,
        schema: { type: 'string' },
        description: 'Spelled as at the end of a transform URL, and percent-encoded as a value.',
      },
    ],
    responses: {
      ...json('The purge holds at this data centre now, elsewhere within a minute.'),
      ...failures,
    },
  }),
};

export const effects: Operation = {
  of: () => ({
    operationId: 'effects',
    summary: 'The catalogue of effects.',
    responses: json('The catalogue.'),
  }),
};

export const openApiDocument: Operation = {
  of: () => ({
    operationId: 'openapi',
    summary: 'This document.',
    responses: json('OpenAPI 3.1.'),
  }),
};

export const health: Operation = {
  of: () => ({
    operationId: 'health',
    summary: 'Whether the service answers, and its versions.',
    responses: json('It does: `status`, `version` of the release, `pipeline` of what it renders.'),
  }),
};

export const metrics: Operation = {
  of: ({ failures }) => ({
    operationId: 'metrics',
    summary: 'Counts of the isolate that answers, for Prometheus.',
    security: [{}, { metrics: [] }],
    responses: {
      ...failures,
      '200': {
        description: 'Text exposition format 0.0.4.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
    },
  }),
};

const json = (description: string) => ({
  '200': { description, content: { 'application/json': { schema: { type: 'object' } } } },
});
