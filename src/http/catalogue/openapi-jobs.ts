// The part of the OpenAPI document about jobs.
import { errorCodes } from '../../errors.ts';
import { SIGNATURE_HEADER } from '../../signing.ts';

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
    progress: {
      type: 'object',
      required: ['step', 'steps', 'losses'],
      properties: {
        step: count,
        steps: count,
        losses: { type: 'object', additionalProperties: { type: 'number' } },
        secondsLeft: { type: 'number', minimum: 0 },
      },
    },
    preview: { type: 'object', properties: { ...blob, version: count, step: count } },
    result: {
      type: 'object',
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
      properties: { code: { type: 'string', enum: [...errorCodes] }, message: text },
    },
    token: { ...text, description: 'In the answer to a submit: what cancelling takes.' },
    links: {
      type: 'object',
      properties: { self: text, events: text, result: text, preview: text },
    },
  },
};

const job = { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } };

/** `Prefer: wait=n`. */
export const prefer = {
  name: 'Prefer',
  in: 'header',
  schema: text,
  description: '`wait=n`: waits for the job, up to 60 seconds.',
};

/** The signature of a request that has none in its path. */
export const signature = {
  name: SIGNATURE_HEADER,
  in: 'header',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
  description:
    'Required where the service has keys: base64url of HMAC-SHA256(key, salt and method, path with query, lower-case hexadecimal SHA-256 of the body, these joined by line feeds).',
};

/** The 202 of everything that can become a job. */
export const acceptedAnswer = {
  description: 'It is a job, which goes on.',
  headers: {
    Location: { schema: text, description: 'Path of the job.' },
    'Retry-After': { schema: count },
  },
  content: job,
};

const id = { name: 'id', in: 'path', required: true, schema: jobSchema.properties.id };

const told = (description: string, failures: Responses) => ({
  '200': { description, content: job },
  ...failures,
});

/** The paths; `inputs` are names of further images in a form, `pictures` the content of answers that are pictures. */
export function jobPaths({
  inputs,
  pictures,
  failures,
}: {
  inputs: readonly string[];
  pictures: Responses;
  failures: Responses;
}) {
  const file = { type: 'string', format: 'binary' };
  const files = Object.fromEntries(['image', ...inputs].map((name) => [name, file]));
  const asked = (operationId: string, summary: string, responses: Responses, more = {}) => ({
    operationId,
    summary,
    parameters: [id],
    responses,
    ...more,
  });
  const picture = (description: string) => ({
    '200': { description, content: pictures },
    '304': { description: 'Not modified.' },
    ...failures,
  });
  const lastEvent = { schema: count, description: 'Number of the last event that is known.' };
  return {
    '/v1/jobs': {
      post: {
        operationId: 'submit',
        summary: 'Render a plan on a GPU backend. The same work is the same job.',
        parameters: [prefer, signature],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['plan', 'source'],
                additionalProperties: false,
                properties: {
                  plan: { ...text, description: 'Segments, as in `/t/{plan}/{source}`.' },
                  source: text,
                },
              },
            },
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['plan', 'image'],
                properties: { plan: text, ...files },
              },
            },
          },
        },
        responses: {
          '202': acceptedAnswer,
          ...told('It has ended while the client waited.', failures),
        },
      },
    },
    '/v1/jobs/{id}': {
      get: asked('job', 'What is known of a job.', told('The job.', failures)),
      delete: asked('cancel', 'Cancel a job.', told('The job, ended.', failures), {
        security: [{ job: [] }],
      }),
    },
    '/v1/jobs/{id}/events': {
      get: asked(
        'events',
        'Follow a job by server-sent events `state`, `progress` and `preview`.',
        {
          '200': {
            description: 'Until it ends.',
            content: { 'text/event-stream': { schema: text } },
          },
          ...failures,
        },
        {
          parameters: [
            id,
            { name: 'Last-Event-ID', in: 'header', ...lastEvent },
            { name: 'lastEventId', in: 'query', ...lastEvent },
          ],
        },
      ),
    },
    '/v1/jobs/{id}/result': {
      get: asked('result', 'The picture, which never changes.', picture('The picture.')),
    },
    '/v1/jobs/{id}/preview': {
      get: asked('preview', 'The newest preview.', picture('The picture so far.')),
    },
  };
}

/** How cancelling is allowed. */
export const securitySchemes = {
  job: { type: 'http', scheme: 'bearer', description: '`token` of the answer to the submit.' },
};
