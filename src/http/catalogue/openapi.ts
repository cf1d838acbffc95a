// OpenAPI 3.1 of the whole service, from the table of routes and the declarations of the effects.
import { formatOf, outputFormats } from '../../codecs/formats.ts';
import { errorCodes } from '../../errors.ts';
import { VERSION } from '../version.ts';
import { catalog } from './catalogue.ts';
import { failuresOf, problemContent, problemSchema, titleOf } from './failures.ts';
import type { Operation, Parts } from './operations.ts';
import { jobSchema, securitySchemes } from './operations-jobs.ts';
import { jobRequestSchema } from './plan-schema.ts';
import type { PlanRules } from './presets.ts';
import { catalogueSchema, file, numbersSchema } from './schemas.ts';

const pictures = {
  ...Object.fromEntries(outputFormats.map((format) => [formatOf(format).mime, { schema: file }])),
  'application/json': { schema: { $ref: '#/components/schemas/Numbers' } },
  'text/plain': { schema: { type: 'string' } },
};

/** Codes that no documented operation answers: there is nothing at that path, or not by that method. */
const OTHERS = ['not_found', 'method_not_allowed'];
const failures = failuresOf(errorCodes.filter((code) => !OTHERS.includes(code)));

/** The document of `GET /openapi.json`. */
export function openApi(rules: Pick<PlanRules, 'open' | 'presets'>, routes: readonly Documented[]) {
  const entries = catalog(rules.open);
  const steps = entries.map(
    ({ name, summary, segment, example }) =>
      `- \`${segment === 'options' ? 'options' : name}\`: ${summary} \`${example}\``,
  );
  const plan = {
    name: 'plan',
    in: 'path',
    required: true,
    description: `Segments joined by \`/\`, applied in their order: \`name,key=value,…\` for an effect, \`key=value,…\` for options. The plan may be percent-encoded as a whole, as generated clients do. Where the service has keys, \`s:<signature>/\` comes first, and covers the text of plan and source as they are written.\n\n${steps.join('\n')}`,
    schema: { type: 'string' },
    example: 'w=256,h=192,fit=cover/pixelate,block=8/f=webp',
  };
  const inputs = [...new Set(entries.flatMap((entry) => entry.inputs))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version: VERSION,
      summary: 'Image effects in a URL.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: pathsOf(routes, { plan, inputs, pictures, failures }),
    components: {
      schemas: {
        ...Object.fromEntries(entries.map(({ name, parameters }) => [name, parameters])),
        Catalogue: catalogueSchema,
        Numbers: numbersSchema,
        JobRequest: jobRequestSchema(rules),
        Job: jobSchema,
        Problem: problemSchema,
      },
      securitySchemes,
      responses: Object.fromEntries(
        errorCodes.map((code) => [code, { description: titleOf(code), content: problemContent }]),
      ),
    },
  };
}

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
