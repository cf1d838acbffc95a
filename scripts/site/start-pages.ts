// The first page of the site, the overview of the effects, and the page of addresses that do not exist.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import { examples } from '../docs/examples.ts';
import { exampleFigure, imageOf, resultOf, type Surroundings } from './address.ts';
import { type Copies, renderDocument } from './documents.ts';
import { effectPath, effectTitle } from './effect-page.ts';
import type { Chapter } from './frame.ts';
import { escaped } from './html.ts';
import { linkFrom, type Page } from './page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

type Use = { entries: readonly CatalogEntry[]; around: Surroundings; copies: Copies };

/** The part of a document under a heading of the second level, without the heading and what is generated. */
function sectionOf(text: string, heading: string): string {
  const begin = text.indexOf(`\n## ${heading}\n`);
  if (begin < 0) throw new Error(`README.md: expected a section ${heading}`);
  const from = text.indexOf('\n', begin + 1) + 1;
  const end = text.indexOf('\n## ', from);
  return text
    .slice(from, end < 0 ? undefined : end)
    .replace(/<!-- generated[\s\S]*?<!-- end[^\n]*/g, '');
}

/** The text of a document before its first heading of the second level, without its title. */
const leadOf = (text: string): string => text.slice(text.indexOf('\n') + 1, text.indexOf('\n## '));

/** How many examples the first page shows. */
const EXAMPLES = 4;

/** What Tessera is, how to start it, first URLs, and where to go on. Its text is that of the README. */
export async function startPage(use: Use & { guides: readonly Chapter[] }): Promise<Page> {
  const { entries, around, copies, guides } = use;
  const path = 'index.html';
  const readme = await readFile(`${root}README.md`, 'utf8');
  const render = (text: string) =>
    renderDocument(text, { file: 'README.md', from: path, copies, around });
  const lead = await render(leadOf(readme));
  const start = await render(sectionOf(readme, 'Start'));
  const url = await render(sectionOf(readme, 'How a URL is built'));
  const figures: string[] = [];
  for (const { title, path: address } of examples.slice(0, EXAMPLES))
    figures.push(await exampleFigure(address, { caption: escaped(title), from: path }, around));
  const chapters = guides.map(({ title, pages }) => {
    const links = pages.map(
      ({ path: to, label }) => `<li><a href="${linkFrom(path, to)}">${escaped(label)}</a></li>`,
    );
    return `<section class="chapter-card"><h3>${escaped(title)}</h3><ul>${links.join('')}</ul></section>`;
  });
  return {
    path,
    title: 'Tessera',
    description: lead.lead,
    body: `<div class="hero"><div>
<h1>Image effects in a URL</h1>
<div class="lead">${lead.body}</div>
<h2 id="start">Two commands</h2>
${start.body}
</div>
${figures[0]}
</div>
<h2 id="first-urls">First URLs</h2>
<div class="examples">${figures.slice(1).join('\n')}</div>
<h2 id="effects">Effects</h2>
${await effectGrid(entries, path, around)}
<h2 id="how-a-url-is-built">How a URL is built</h2>
${url.body}
<h2 id="where-next">Where next</h2>
<div class="chapter-cards">${chapters.join('\n')}</div>`,
    headings: [
      { id: 'start', title: 'Two commands' },
      { id: 'first-urls', title: 'First URLs' },
      { id: 'effects', title: 'Effects' },
      { id: 'how-a-url-is-built', title: 'How a URL is built' },
      { id: 'where-next', title: 'Where next' },
    ],
    findings: [
      { title: 'Start', anchor: 'start', text: 'install npm ci npm start' },
      {
        title: 'How a URL is built',
        anchor: 'how-a-url-is-built',
        text: 'segments source formats',
      },
    ],
  };
}

/** Every effect with a picture; the introduction is that of docs/effects.md. */
export async function overviewPage({ entries, around, copies }: Use): Promise<Page> {
  const path = 'effects/index.html';
  const text = await readFile(`${root}docs/effects.md`, 'utf8');
  const intro = text.slice(text.indexOf('\n') + 1, text.indexOf('\n!['));
  const { body } = await renderDocument(intro, {
    file: 'docs/effects.md',
    from: path,
    copies,
    around,
  });
  return {
    path,
    title: 'Effects and options',
    description: `All ${entries.length} effects and options of Tessera, each with a picture.`,
    body: `<h1>Effects and options</h1>\n${body}\n${await effectGrid(entries, path, around)}`,
    headings: [],
    findings: [],
  };
}

async function effectGrid(
  entries: readonly CatalogEntry[],
  from: string,
  around: Surroundings,
): Promise<string> {
  const cards: string[] = [];
  for (const { name, summary, thumbnail, example } of entries) {
    const picture = thumbnail
      ? await around.pictures.of(thumbnail)
      : await resultOf(example, around);
    const image = picture ? imageOf(picture, '', from) : '';
    cards.push(
      `<li><a class="effect" href="${linkFrom(from, effectPath(name))}"><span class="effect-shot">${image}</span><span class="effect-name">${effectTitle(name)}</span><span class="effect-summary">${escaped(summary)}</span></a></li>`,
    );
  }
  return `<ul class="effects">${cards.join('\n')}</ul>`;
}

/** What an address without a page answers. */
export const missingPage: Page = {
  path: '404.html',
  title: 'No such page',
  description: 'There is no page at this address.',
  body: '<h1>No such page</h1>\n<p class="lead">There is no page at this address. The search above and the table of contents know all pages.</p>',
  headings: [],
  findings: [],
};
