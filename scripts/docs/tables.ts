// The generated Markdown of the documents: example URLs, effects with their parameters, configuration.
import type { variables } from '../../src/config.ts';
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import type { ParamSchema } from '../../src/plan/schema.ts';
import type { Example } from './examples.ts';

const ORIGIN = 'http://127.0.0.1:8787';

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** What a parameter accepts, in short: `1…256 px`. */
export function valuesOf(schema: ParamSchema): string {
  if (schema.anyOf) return schema.anyOf.map(valuesOf).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' ');
  if (schema.type === 'boolean') return '`true` `false`';
  const odd = schema.format === 'odd' ? 'odd ' : '';
  const unit = schema.unit ? ` ${schema.unit}` : '';
  if (schema.minimum !== undefined) return `${odd}${schema.minimum}…${schema.maximum}${unit}`;
  const source = '`asset:<name>`, `b64:…`';
  if (schema.format === 'sources') {
    const names = (schema.names ?? []).map((name) => `\`${name}\``).join(' ');
    return `${names ? `${names}, or ` : ''}${source}, up to ${schema.most} joined by \`~\``;
  }
  return schema.format === 'source' ? source : (schema.format ?? 'text');
}

/** A section for each effect, with its example URLs and a row for each parameter. */
export function effectsTable(entries: readonly CatalogEntry[]): string {
  return entries
    .map(({ name, summary, segment, parameters, aliases, examples }) => {
      const title = segment === 'options' ? `Options: ${name}` : `\`${name}\``;
      const rows = Object.entries(parameters.properties).map(([param, schema]) => {
        const other = Object.keys(aliases).find((alias) => aliases[alias] === param);
        return [
          `\`${param}\`${other ? `, \`${other}\`` : ''}`,
          valuesOf(schema),
          schema.default === undefined ? '' : `\`${schema.default}\``,
          schema.description ?? '',
        ];
      });
      const urls = examples.map((url) => `- \`${url}\``).join('\n');
      const parameterTable = table(['parameter', 'values', 'default', ''], rows);
      return [
        `## ${title}`,
        summary,
        parameterTable,
        ...(urls ? [`Examples:\n\n${urls}`] : []),
      ].join('\n\n');
    })
    .join('\n\n');
}

/** The example URLs, each with its picture. */
export const examplesTable = (examples: readonly Example[]): string =>
  examples
    .map(
      ({ title, path, picture }) => `${title}:\n\n\`${ORIGIN}${path}\`\n\n![${title}](${picture})`,
    )
    .join('\n\n');

/** The environment variables. */
export function configurationTable(all: typeof variables): string {
  const rows = Object.entries(all).map(([name, { default: value, shown, describe }]) => [
    `\`${name}\``,
    shown ?? `\`${value}\``,
    describe,
  ]);
  return table(['name', 'default', ''], [
    ['`PORT`', '`8787`', 'Where `npm start` listens, on 127.0.0.1.'],
    ...rows,
  ] as string[][]);
}
