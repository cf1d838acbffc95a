// The text of `/llms.txt` (https://llmstxt.org): what a language model needs to write URLs of the service.
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import { PLAN_SCHEMA_PATH } from '../../src/http/catalogue/plan-schema.ts';
import { expectationOf, type ParamSchema } from '../../src/plan/schema.ts';
import { documentsOf } from '../site/documents.ts';

const documents = (chapter: Parameters<typeof documentsOf>[0]): string =>
  documentsOf(chapter)
    .map(({ path, label }) => `- [${label}](/docs/${path})`)
    .join('\n');

/** The whole file. Its links are paths of the service that serves it. */
export function llmsText(entries: readonly CatalogEntry[], samples: readonly string[]): string {
  const lines = (segment: CatalogEntry['segment']): string =>
    entries
      .filter((entry) => entry.segment === segment)
      .map(({ name, summary, example, parameters }) => {
        // A required option matters only to those who use its effect; a URL without that effect needs none.
        const needed = segment === 'step' ? parameters.required : undefined;
        const params = Object.entries(parameters.properties)
          .filter(([, { ui }]) => !ui?.rare)
          .map(
            ([param, schema]) => `\`${param}\`${shortly(schema, needed?.includes(param) ?? false)}`,
          );
        return `- [${name}](${example}): ${summary} ${params.join(', ')}`;
      })
      .join('\n');
  return `# Tessera

> An image server whose URLs say what to do with a picture: resize it, pixelate it, blend it with a second one, or paint it in the style of another. A GET answers the picture.

A URL is \`/t/<segment>/…/<segment>/<source>\`. Segments are applied from left to right. A segment is an effect with its parameters (\`pixelate,block=8\`) or a list of options (\`w=128,h=96,fit=cover,f=webp\`). The source is \`https://…\` of a host that the service allows, \`asset:<name>\` of a sample picture (${samples.join(', ')}), or \`b64:<base64url of a source>\`. Parameters that name a further picture take \`asset:<name>\` or \`b64:…\`. \`POST /t/<segments>\` takes a picture as its body. Errors are \`application/problem+json\`: \`detail\` names the parameter, what was expected and what came.

Where the service has signing keys, every URL needs a signature, which only the owner's server can make: do not invent one.

## For machines

- [OpenAPI 3.1](/openapi.json): every request and answer, jobs included
- [Catalogue](/v1/effects): every effect and option as JSON Schema, with examples
- [JSON Schema of plans](${PLAN_SCHEMA_PATH}): for \`POST /v1/jobs\`, and for editors

## Guides

- [All effects, with pictures](/docs/effects/index.html)
${documents('Guides')}

## Running it

${documents('Running')}

## Effects

${lines('step')}

## Options

${lines('options')}

## Optional

${documents('Reference')}
`;
}

/** What a parameter takes, in brackets; nothing if its name says it. */
function shortly(schema: ParamSchema, required: boolean): string {
  const { default: usual } = schema;
  const notes = [
    ...(required ? ['required'] : []),
    ...(schema.format === 'source' || schema.format === 'sources' ? [] : [expectationOf(schema)]),
    ...(schema.names ? [`a source or ${schema.names.join(', ')}`] : []),
    ...(usual === undefined ? [] : [`default ${usual}`]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`;
}
