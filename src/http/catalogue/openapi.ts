// OpenAPI 3.1 of the whole service, from the same declarations as the grammar.
import { formatOf, outputFormats } from '../../codecs/formats.ts';
import type { Effect } from '../../effects/effect.ts';
import { errorCodes, statusOfCode } from '../../errors.ts';
import { titles } from '../problem.ts';
import { catalog } from './catalogue.ts';
import { acceptedAnswer, jobPaths, jobSchema, prefer, securitySchemes } from './openapi-jobs.ts';

const image = { schema: { type: 'string', contentMediaType: 'image/*' } };
const pictures = {
  ...Object.fromEntries(outputFormats.map((format) => [formatOf(format).mime, image])),
  'application/json': { schema: { type: 'object' } },
  'text/plain': { schema: { type: 'string' } },
};

const pathParameter = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

/** The document of `GET /openapi.json`. */
export function openApi(effects: readonly Effect[]) {
  const entries = catalog(effects);
  const steps = entries.map(
    ({ name, summary, segment, example }) =>
      `- \`${segment === 'options' ? 'options' : name}\`: ${summary} \`${example}\``,
  );
  const plan = pathParameter(
    'plan',
    `Segments joined by \`/\`, applied in their order: \`name,key=value,…\` for an effect, \`key=value,…\` for options; where the service has keys, \`s:<signature>/\` comes first.\n\n${steps.join('\n')}`,
  );
  const failures = Object.fromEntries(
    [...new Set(Object.values(statusOfCode))].map((status) => [
      String(status),
      {
        description: codesOf(status).join(', '),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
  const answers = {
    '200': {
      description:
        'The picture; with `f=json` its numbers, with `f=blurhash` and `f=thumbhash` (base64) a placeholder.',
      content: pictures,
    },
    '202': acceptedAnswer,
    ...failures,
  };
  const inputs = [...new Set(entries.flatMap((entry) => entry.inputs))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version: '0.1.0',
      summary: 'Image effects in a URL.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      '/t/{plan}/{source}': {
        get: {
          operationId: 'transform',
          summary: 'Transform a picture from a source.',
          parameters: [
            plan,
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
          responses: { ...answers, '304': { description: 'Not modified.' } },
        },
      },
      '/t/{plan}': {
        post: {
          operationId: 'transformUpload',
          summary: 'Transform an uploaded picture.',
          parameters: [plan, prefer],
          requestBody: {
            required: true,
            content: {
              'image/*': { schema: { type: 'string', format: 'binary' } },
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['image'],
                  properties: Object.fromEntries(
                    ['image', ...inputs].map((name) => [
                      name,
                      { type: 'string', format: 'binary' },
                    ]),
                  ),
                },
              },
            },
          },
          responses: answers,
        },
      },
      ...jobPaths({ inputs, pictures, failures }),
      '/v1/cache': {
        delete: {
          operationId: 'purge',
          summary: 'Use no more of what was made of a source so far.',
          parameters: [
            {
              name: 'source',
              in: 'query',
              required: true,
              schema: { type: 'string' },
              description:
                'Spelled as at the end of a transform URL, and percent-encoded as a value.',
            },
          ],
          responses: {
            ...json('It holds at this data centre; elsewhere within a minute.'),
            ...failures,
          },
        },
      },
      '/v1/effects': {
        get: {
          operationId: 'effects',
          summary: 'The catalogue of effects.',
          responses: json('The catalogue.'),
        },
      },
      '/openapi.json': {
        get: { operationId: 'openapi', summary: 'This document.', responses: json('OpenAPI 3.1.') },
      },
      '/health': {
        get: {
          operationId: 'health',
          summary: 'Whether the service answers.',
          responses: json('It does.'),
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          summary: 'Counts of the isolate that answers, for Prometheus.',
          responses: {
            '200': {
              description: 'Text exposition format 0.0.4.',
              content: { 'text/plain': { schema: { type: 'string' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(entries.map(({ name, parameters }) => [name, parameters])),
        Job: jobSchema,
        Problem: {
          type: 'object',
          description: 'RFC 9457 problem document.',
          required: ['type', 'title', 'status', 'code', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string', enum: [...errorCodes] },
            detail: { type: 'string' },
            param: { type: 'string' },
          },
        },
      },
      securitySchemes,
      responses: Object.fromEntries(
        errorCodes.map((code) => [
          code,
          {
            description: titles[code],
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        ]),
      ),
    },
  };
}

const codesOf = (status: number): string[] =>
  errorCodes.filter((code) => statusOfCode[code] === status);

const json = (description: string) => ({
  '200': { description, content: { 'application/json': { schema: { type: 'object' } } } },
});
