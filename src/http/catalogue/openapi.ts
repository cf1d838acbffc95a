// OpenAPI 3.1 of the whole service, from the table of routes and the declarations of the effects.
import { formatOf, outputFormats } from '../../codecs/formats.ts';
import type { Effect } from '../../effects/effect.ts';
import { errorCodes, statusOfCode } from '../../errors.ts';
import { titles } from '../problem.ts';
import { VERSION } from '../version.ts';
import { catalog } from './catalogue.ts';
import type { Operation, Parts } from './operations.ts';
import { jobSchema, securitySchemes } from './operations-jobs.ts';

const image = { schema: { type: 'string', contentMediaType: 'image/*' } };
const pictures = {
  ...Object.fromEntries(outputFormats.map((format) => [formatOf(format).mime, image])),
  'application/json': { schema: { type: 'object' } },
  'text/plain': { schema: { type: 'string' } },
};

/** The document of `GET /openapi.json`. */
export function openApi(effects: readonly Effect[], routes: readonly Documented[]) {
  const entries = catalog(effects);
  const steps = entries.map(
    ({ name, summary, segment, example }) =>
      `- \`${segment === 'options' ? 'options' : name}\`: ${summary} \`${example}\``,
  );
  const plan = {
    name: 'plan',
    in: 'path',
    required: true,
    description: `Segments joined by \`/\`, applied in their order: \`name,key=value,…\` for an effect, \`key=value,…\` for options; where the service has keys, \`s:<signature>/\` comes first.\n\n${steps.join('\n')}`,
    schema: { type: 'string' },
  };
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
  const inputs = [...new Set(entries.flatMap((entry) => entry.inputs))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version: VERSION,
      summary: 'Image effects in a URL.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: pathsOf(routes, { plan, inputs, pictures, failures }),
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

/** The part of a route that the document needs. */
type Documented = { method: string; path: string; doc?: Operation };

function pathsOf(routes: readonly Documented[], parts: Parts) {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, doc } of routes) {
    if (!doc) continue;
    const shown = doc.path ?? path.replace(/:(\w+)/g, '{$1}');
    paths[shown] = { ...paths[shown], [method.toLowerCase()]: doc.of(parts) };
  }
  return paths;
}
