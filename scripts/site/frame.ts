// The frame of every page: head, top bar, table of contents, footer.
import { escaped, icon } from './html.ts';
import { linkFrom, type Page } from './page.ts';

/** A group of pages in the table of contents. */
export type Chapter = { title: string; pages: readonly { path: string; label: string }[] };

export type FrameUse = {
  chapters: readonly Chapter[];
  /** Address of the playground from the root of the site. */
  playground: string;
  /** What stands before links of the page: the path of the site for the page of missing addresses, which has no place of its own. */
  base?: string;
};

const MARK =
  '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path class="t1" d="M1 1h6v6H1z"/><path class="t2" d="M9 1h6v6H9z"/><path class="t3" d="M1 9h6v6H1z"/><path class="t4" d="M9 9h6v6H9z"/></svg>';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23c2492a' d='M1 1h6v6H1z'/%3E%3Cpath fill='%23e3a44f' d='M9 1h6v6H9z'/%3E%3Cpath fill='%232b6777' d='M1 9h6v6H1z'/%3E%3Cpath fill='%23c2492a' opacity='.55' d='M9 9h6v6H9z'/%3E%3C/svg%3E";

/** The whole document of a page. */
export function framed(page: Page, { chapters, playground, base }: FrameUse): string {
  const to = (path: string): string =>
    base === undefined ? linkFrom(page.path, path) : base + path;
  const up = base ?? '../'.repeat(page.path.split('/').length - 1);
  const play = /^https?:/.test(playground) ? playground : up + playground;
  const title = page.path === 'index.html' ? 'Tessera documentation' : `${page.title} · Tessera`;
  const all = chapters.flatMap(({ pages }) => pages);
  const at = all.findIndex(({ path }) => path === page.path);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escaped(page.description)}">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${to('docs.css')}">
<script src="${to('docs.js')}"></script>
</head>
<body data-root="${up}">
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="${to('index.html')}">${MARK}<span class="brand-name">Tessera</span> <span class="brand-part">Docs</span></a>
<search class="find">
<label class="find-box">${icon('search')}<span class="visually-hidden">Search the documentation</span><input class="find-text" type="search" placeholder="Search" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list"><kbd>/</kbd></label>
<div class="found" hidden><ul id="found" role="listbox" aria-label="Found"></ul></div>
</search>
<nav class="bar" aria-label="Site">
<a class="bar-link" href="${escaped(play)}" aria-label="Playground">${icon('play')}<span>Playground</span></a>
<button type="button" class="icon-button" id="theme" aria-label="Light or dark" title="Light or dark">${icon('theme')}</button>
<button type="button" class="icon-button contents" popovertarget="chapters" aria-label="Contents" title="Contents">${icon('list')}</button>
</nav>
</header>
<div class="frame">
<nav id="chapters" class="chapters" popover aria-label="Contents">
${chapters.map((chapter) => contents(chapter, page, to)).join('\n')}
</nav>
<main id="content" tabindex="-1">
${page.body}
${at < 0 ? '' : neighbours(all[at - 1], all[at + 1], to)}
</main>
</div>
<p id="announcer" class="visually-hidden" role="status"></p>
</body>
</html>
`;
}

function contents({ title, pages }: Chapter, page: Page, to: (path: string) => string): string {
  const items = pages.map(({ path, label }) => {
    const isHere = path === page.path;
    const inside =
      isHere && page.headings.length > 1
        ? `<ul class="inside">${page.headings.map(({ id, title: text }) => `<li><a href="#${escaped(id)}">${escaped(text)}</a></li>`).join('')}</ul>`
        : '';
    return `<li><a href="${isHere ? '#content' : to(path)}"${isHere ? ' aria-current="page"' : ''}>${escaped(label)}</a>${inside}</li>`;
  });
  return `<section><p class="chapter">${escaped(title)}</p><ul>${items.join('\n')}</ul></section>`;
}

type Neighbour = Chapter['pages'][number] | undefined;

function neighbours(before: Neighbour, after: Neighbour, to: (path: string) => string): string {
  const link = (page: Neighbour, rel: 'prev' | 'next', word: string): string =>
    page
      ? `<a rel="${rel}" href="${to(page.path)}"><span>${word}</span>${escaped(page.label)}</a>`
      : '<span></span>';
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(before, 'prev', 'Before')}${link(after, 'next', 'Next')}</nav>`;
}
