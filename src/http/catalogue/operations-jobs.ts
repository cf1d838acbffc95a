// The operations of the OpenAPI document that are about jobs.
import { errorCodes } from '../../errors.ts';
import { SIGNATURE_HEADER } from '../../signing.ts';
import { failuresOf } from './failures.ts';
import type { Operation, Parts } from './operations.ts';
import { file } from './schemas.ts';

type Responses = Readonly<Record<string, unknown>>;

const STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled'];
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const blob = {
  url: text,
  bytes: count,
  mime: text,
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
};

/** Schema of a job's document. */
export const jobSchema = {
  type: 'object',
  description: 'A rendering that takes too long for the edge.',
  required: ['id', 'state', 'run', 'attempt', 'created', 'updated', 'links'],
  properties: {
    id: { type: 'string', pattern: '^[a-z2-7]{52}$' },
    state: { type: 'string', enum: STATES },
    run: { ...count, description: 'Counts submits that started it anew.' },
    attempt: { ...count, description: 'Counts attempts to render it in this run.' },
    created: { type: 'string', format: 'date-time' },
    updated: { type: 'string', format: 'date-time' },
    private: {
      type: 'boolean',
      description: 'True if a source must not be shared, so that caches may not share the result.',
    },
    note: {
      type: 'string',
      description:
        'What it does otherwise than was asked, and why: with another model than one that is not installed.',
    },
    progress: {
      type: 'object',
      required: ['step', 'steps', 'losses'],
      properties: {
        step: count,
        steps: count,
        losses: { type: 'object', additionalProperties: { type: 'number' } },
        secondsLeft: { type: 'number', minimum: 0 },
        width: {
          ...count,
          description: 'Size at which it works, if it was chosen for a deadline.',
        },
        height: count,
      },
    },
    preview: {
      type: 'object',
      required: [...Object.keys(blob), 'version', 'step'],
      properties: { ...blob, version: count, step: count },
    },
    result: {
      type: 'object',
      required: [...Object.keys(blob), 'extension', 'width', 'height', 'report'],
      properties: {
        ...blob,
        extension: text,
        width: count,
        height: count,
        report: { type: 'array', items: { type: 'object' } },
      },
    },
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string', enum: [...errorCodes] }, message: text },
    },
    token: { ...text, description: 'In the answer to a submit; cancelling needs it.' },
    links: {
      type: 'object',
      required: ['self', 'events', 'result', 'preview'],
      properties: { self: text, events: text, result: text, preview: text },
    },
  },
};

const jobContent = { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } };

/** `Prefer: wait=n`. */
export const prefer = {
  name: 'Prefer',
  in: 'header',
  schema: text,
  description: '`wait=n`: waits for the job, up to 60 seconds.',
};

/** The signature header, for requests without a signature in the path. */
export const signature = {
  name: SIGNATURE_HEADER,
  in: 'header',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
  description:
    'Required where the service has keys: base64url of HMAC-SHA256(key, salt and method, path with query, lower-case hexadecimal SHA-256 of the body, these joined by line feeds).',
};

/** The 202 of operations that may start a job. */
export const acceptedAnswer = {
  description: 'The job is not finished yet.',
  headers: {
    Location: { schema: text, description: 'Path of the job.' },
    'Retry-After': { schema: count },
  },
  content: jobContent,
};

/** Failures of requests about one job. */
const jobFailures = failuresOf(['job_missing', 'backend_unavailable', 'internal']);

const id = { name: 'id', in: 'path', required: true, schema: jobSchema.properties.id };

const jobResponse = (description: string, failures: Responses) => ({
  '200': { description, content: jobContent },
  ...failures,
});

const picture = (description: string, { pictures, failures }: Parts) => ({
  '200': { description, content: pictures },
  '304': { description: 'Not modified.' },
  ...failures,
});

const lastEvent = { schema: count, description: 'Number of the last event that is known.' };

export const submit: Operation = {
  of: ({ inputs, failures }) => ({
    operationId: 'submit',
    summary: 'Render a plan on a GPU backend. The same work is the same job.',
    parameters: [prefer, signature],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/JobRequest' },
        },
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['plan', 'image'],
            properties: {
              plan: text,
              ...Object.fromEntries(['image', ...inputs].map((name) => [name, file])),
            },
          },
        },
      },
    },
    responses: {
      '202': acceptedAnswer,
      ...jobResponse('The job ended while the client waited.', failures),
    },
  }),
};

export const job: Operation = {
  of: () => ({
    operationId: 'job',
    summary: 'The state of a job.',
    parameters: [id],
    responses: jobResponse('The job.', jobFailures),
  }),
};

export const cancel: Operation = {
  of: () => ({
    operationId: 'cancel',
    summary: 'Cancel a job.',
    parameters: [id],
    responses: jobResponse('The canceled job.', {
      ...jobFailures,
      ...failuresOf(['bad_signature']),
    }),
    security: [{ job: [] }],
  }),
};

export const events: Operation = {
  of: () => ({
    operationId: 'events',
    summary: 'Follow a job by server-sent events `state`, `progress` and `preview`.',
    parameters: [
      id,
      { name: 'Last-Event-ID', in: 'header', ...lastEvent },
      { name: 'lastEventId', in: 'query', ...lastEvent },
    ],
    responses: {
      '200': {
        description: 'Events until the job ends.',
        content: { 'text/event-stream': { schema: text } },
      },
      ...jobFailures,
      ...failuresOf(['bad_option']),
    },
  }),
};

export const result: Operation = {
  of: (parts) => ({
    operationId: 'result',
    summary: 'The picture, which never changes.',
    parameters: [id],
    responses: picture('The picture.', parts),
  }),
};

export const preview: Operation = {
  of: (parts) => ({
    operationId: 'preview',
    summary: 'The newest preview.',
    parameters: [id],
    responses: picture('The picture so far.', parts),
  }),
};

/** The bearer tokens that cancelling and metrics need. */
export const securitySchemes = {
  job: { type: 'http', scheme: 'bearer', description: '`token` of the answer to the submit.' },
  metrics: { type: 'http', scheme: 'bearer', description: '`METRICS_TOKEN` of the configuration.' },
};
