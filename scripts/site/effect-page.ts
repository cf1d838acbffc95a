// The page of an effect: its parameters in a table, then each of them through its range.
import { readConfig } from '../../src/config.ts';
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import { modelsOf } from '../../src/plan/plan.ts';
import { expectationOf } from '../../src/plan/schema.ts';
import { valuesOf } from '../docs/tables.ts';
import {
  addressBox,
  exampleFigure,
  imageOf,
  playgroundLink,
  type Surroundings,
  sizeText,
} from './address.ts';
import { createMarked, escaped } from './html.ts';
import { linkFrom, type Page } from './page.ts';
import { readUrl, requirementOf } from './pictures/pictures.ts';
import { type Row, rowsOf, type Shown } from './pictures/rows.ts';

/** The path of an effect's page in the site. */
export const effectPath = (name: string): string => `effects/${name}.html`;

/** The title of an effect's page. */
export const effectTitle = (name: string): string =>
  name === 'output' ? 'Format and quality' : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

const { parseInline } = createMarked();
const inline = (text: string): string => parseInline(text) as string;

/** The page of one entry of the catalogue. */
export async function effectPage(entry: CatalogEntry, around: Surroundings): Promise<Page> {
  const { name, summary, segment, examples } = entry;
  const path = effectPath(name);
  const rows = rowsOf(entry);
  const figures: string[] = [];
  for (const url of examples) figures.push(await exampleFigure(url, { from: path }, around));
  const sections: string[] = [];
  for (const row of rows) sections.push(await section(row, path, around));
  const title = effectTitle(name);
  const body = `<h1>${title}</h1>
<p class="lead">${escaped(summary)}</p>
<p>${usage(entry)}${segment === 'options' && name !== 'output' ? '' : needs(entry, path)}</p>
<div class="examples">${figures.join('\n')}</div>
<h2 id="parameters">Parameters</h2>
${table(rows, path)}
${sections.join('\n')}
<h2 id="cost">Cost and limits</h2>
<p>${await cost(entry, around)} A plan that costs more than a request may take is refused before a pixel is decoded, with the largest value that fits, or becomes a <a href="${linkFrom(path, 'guides/jobs.html')}">job</a>. <a href="${linkFrom(path, 'guides/operating.html#limits')}">All limits</a>.</p>`;
  return {
    path,
    title,
    description: `${summary} ${title}: ${rows.length === 1 ? 'its parameter' : `all ${rows.length} parameters`} with pictures.`,
    body,
    headings: [
      ...rows.map(({ param }) => ({ id: idOf(param), title: param })),
      { id: 'cost', title: 'Cost and limits' },
    ],
    findings: rows.map(({ param, aliases, schema }) => ({
      title: `${name} ${[param, ...aliases].join(' ')}`,
      anchor: idOf(param),
      text: schema.description ?? '',
      words: [...(schema.names ?? []), ...namesIn(schema.anyOf ?? [schema])].join(' '),
    })),
  };
}

const namesIn = (schemas: readonly Row['schema'][]): string[] =>
  schemas.flatMap((each) =>
    (each.enum ?? []).filter((value) => typeof value === 'string').map(String),
  );

/** The id of a parameter's section; points in names are as valid in ids as letters. */
const idOf = (param: string): string => param;

/** How the entry stands in a URL. */
function usage({ name, segment, parameters, example }: CatalogEntry): string {
  const names = Object.keys(parameters.properties);
  const segments = example.split('/');
  if (segment === 'step') {
    const own = segments.find((part) => part.split(',')[0] === name) ?? name;
    return `A segment of its own: <code>${escaped(own)}</code>.`;
  }
  const isOwn = (part: string): boolean =>
    part.split(',').some((pair) => names.includes(pair.split('=')[0]!));
  const what = names.length === 1 ? 'An option' : 'Options';
  return `${what} of a list, such as <code>${escaped(segments.find(isOwn) ?? names[0]!)}</code>.`;
}

/** What a step needs beyond the Worker. */
function needs({ examples, jobs }: CatalogEntry, path: string): string {
  const isDownloaded = examples.some((url) => requirementOf(readUrl(url)) === 'model');
  const isOwn = examples.some(
    (url) => requirementOf(readUrl(url)) === undefined && modelsOf(readUrl(url).plan).length > 0,
  );
  const values = Object.entries(jobs).flatMap(([param, all]) =>
    all.map((value) => `<code>${param}=${value}</code>`),
  );
  return [
    isOwn ? ' The weights of its network come with the project.' : '',
    isDownloaded
      ? ' Pictures as styles need weights that <code>npm run models fast-style</code> downloads once.'
      : '',
    values.length > 0
      ? ` With ${values.join(' or ')} it is a <a href="${linkFrom(path, 'guides/jobs.html')}">job</a> on a GPU backend.`
      : '',
  ].join('');
}

function table(rows: readonly Row[], path: string): string {
  const lines = rows.map(({ param, aliases, schema }) => {
    const also = aliases.map((alias) => `, <code>${alias}</code>`).join('');
    const usual =
      schema.default === undefined ? '' : `<code>${escaped(String(schema.default))}</code>`;
    return `<tr><td><a href="${linkFrom(path, `${path}#${idOf(param)}`)}"><code>${param}</code></a>${also}</td><td>${inline(valuesOf(schema))}</td><td>${usual}</td></tr>`;
  });
  return `<div class="table" tabindex="0" role="group" aria-label="Parameters"><table class="parameters"><thead><tr><th>parameter</th><th>values</th><th>default</th></tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
}

/** One parameter: what it takes, what it does, and pictures of values. */
async function section(
  { param, aliases, schema, shown }: Row,
  from: string,
  around: Surroundings,
): Promise<string> {
  const also = aliases.map((alias) => `<code>${alias}</code>`).join(', ');
  const unit = schema.unit ? `, in ${escaped(schema.unit)}` : '';
  const usual =
    schema.default === undefined
      ? ''
      : ` Default: <code>${escaped(String(schema.default))}</code>.`;
  const takes = escaped(expectationOf(schema));
  const tiles: string[] = [];
  for (const each of shown) tiles.push(await tile(each, { param, from }, around));
  const hasNone = shown.length > 0 && tiles.every((html) => html === '');
  const pictures = hasNone
    ? `<p class="requirement">${noExampleText(shown, from)} Your own service makes one for this address:</p>${addressBox(shown[0]!.url)}`
    : tiles.length > 0
      ? `<ul class="tiles">${tiles.join('')}</ul>`
      : '';
  return `<section class="parameter" aria-labelledby="${idOf(param)}">
<h3 id="${idOf(param)}"><code>${param}</code> <a class="anchor" href="#${idOf(param)}" aria-label="Link to ${param}">#</a></h3>
<p class="takes">${takes.slice(0, 1).toUpperCase()}${takes.slice(1)}${unit}.${usual}${also ? ` Also written ${also}.` : ''}</p>
<p>${escaped(schema.description ?? '')}</p>
${pictures}
</section>`;
}

/** Why no value of a parameter has a picture. */
function noExampleText(shown: readonly Shown[], from: string): string {
  const jobs = `<a href="${linkFrom(from, 'guides/jobs.html')}">jobs</a>`;
  return shown.every(({ url }) => requirementOf(readUrl(url)) === 'gpu')
    ? `Only ${jobs} have it: they optimise for seconds or minutes on a GPU backend, and pictures here are made within the limits of a request.`
    : `There is no picture here: its values run as ${jobs}, or need weights that <code>npm run models fast-style</code> downloads.`;
}

/** A value with its picture, or with the text that it answers; nothing if it cannot be rendered here. */
async function tile(
  { value, url, isDefault }: Shown,
  { param, from }: { param: string; from: string },
  around: Surroundings,
): Promise<string> {
  const picture = await around.pictures.of(url);
  if (!picture) return '';
  const label = `<span class="tile-value">${escaped(decodeURIComponent(value))}</span>${isDefault ? ' <span class="tile-default">default</span>' : ''}`;
  const bytes = /^\/t\/[^/]+\/(?:f|q|lossless)=/.test(url)
    ? ` <span class="tile-size">${sizeText(picture.bytes.length)}</span>`
    : '';
  const isPicture = picture.mime.startsWith('image/');
  const shown = isPicture
    ? imageOf(picture, `${param}=${value}`, from)
    : `<span class="tile-text">${escaped(new TextDecoder().decode(picture.bytes).slice(0, 160))}</span>`;
  return `<li><a href="${playgroundLink(url, from, around)}" title="Open in the playground"><span class="tile-shot">${shown}</span>${label}${bytes}</a></li>`;
}

/** Compute time that one request may need unless a setting says otherwise, in milliseconds. */
const BUDGET_MS = readConfig({}).EDGE_BUDGET_MS;

/** What the first example that was rendered costs. */
async function cost({ examples }: CatalogEntry, { pictures }: Surroundings): Promise<string> {
  for (const url of examples) {
    const picture = await pictures.of(url);
    if (picture)
      return `The first example is estimated at ${Math.max(1, Math.round(picture.ms))} ms of compute, of ${BUDGET_MS} ms that a request may take.`;
  }
  return 'It runs as a job.';
}
