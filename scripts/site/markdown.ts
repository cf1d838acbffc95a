// Renders the project's Markdown documents for the site. A paragraph that is one URL in backticks becomes an example with its picture, and so
// does each item of a list whose items begin so.
import type { Token, Tokens } from 'marked';
import { exampleFigure, type Surroundings } from './address.ts';
import { createMarked, escaped, plainText } from './html.ts';
import type { Finding, Heading } from './page.ts';

export type Rendered = {
  /** The text of the first heading of the first level. */
  title: string;
  /** The first paragraph, without markup. */
  lead: string;
  body: string;
  headings: readonly Heading[];
  findings: readonly Finding[];
};

export type MarkdownUse = {
  /** Path of the page, from the root of the site. */
  from: string;
  /** The link to what a document links to; undefined if the site does not have it. */
  link: (href: string) => string | undefined;
  /** An `<img>` for a picture that a document shows. */
  image: (href: string, alt: string) => string;
  around: Surroundings;
};

/** The id that GitHub gives a heading. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const EXAMPLE = /^(?:http:\/\/127\.0\.0\.1:8787)?\/t\/\S*\/(?:asset:\S+)$/;

const lexer = createMarked();

/** Renders a document. Throws `Error` for an example that the service refuses. */
export async function renderMarkdown(text: string, use: MarkdownUse): Promise<Rendered> {
  const tokens = lexer.lexer(text.replace(/<!--[\s\S]*?-->\n?/g, ''));
  const figures = await figuresIn(tokens, use);
  const used = new Map<string, number>();
  const headings: Heading[] = [];
  const findings: Finding[] = [];
  let title = '';
  let section = '';
  const marked = createMarked().use({
    renderer: {
      heading({ tokens: inner, depth }) {
        const html = this.parser.parseInline(inner);
        const words = plainText(html);
        const slug = slugOf(words);
        const count = used.get(slug) ?? 0;
        used.set(slug, count + 1);
        const id = count === 0 ? slug : `${slug}-${count}`;
        if (depth === 1 && title === '') {
          title = words;
          return `<h1>${html}</h1>\n`;
        }
        section = id;
        if (depth === 2) headings.push({ id, title: words });
        findings.push({ title: words, anchor: id, text: '' });
        return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="Link to ${escaped(words)}">#</a></h${depth}>\n`;
      },
      link({ href, tokens: inner }) {
        const html = this.parser.parseInline(inner);
        const target = use.link(href);
        // A file of the repository that is no page.
        if (target === undefined)
          return `<span title="${escaped(href)} in the repository">${html}</span>`;
        return `<a href="${escaped(target)}">${html}</a>`;
      },
      image: ({ href, text: alt }) => use.image(href, alt),
      code: ({ text: code, lang }) =>
        `<div class="copied"><pre class="code" tabindex="0"${lang ? ` data-lang="${escaped(lang)}"` : ''}><code>${escaped(code)}</code></pre></div>\n`,
      paragraph(token) {
        return figures.get(token) ?? false;
      },
      list(token) {
        return figures.get(token) ?? false;
      },
      table(token) {
        findings.push(...namesIn(token, section));
        const cells = (row: Tokens.TableCell[], tag: string): string =>
          row
            .map(
              (cell) =>
                `<${tag}${cell.align ? ` class="${cell.align}"` : ''}>${this.parser.parseInline(cell.tokens)}</${tag}>`,
            )
            .join('');
        const head = token.header.some(({ text: words }) => words !== '')
          ? `<thead><tr>${cells(token.header, 'th')}</tr></thead>`
          : '';
        const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  const body = marked.parser(tokens);
  const first = tokens.find((token): token is Tokens.Paragraph => token.type === 'paragraph');
  return {
    title,
    lead: plainText(marked.parseInline(first?.text ?? '') as string),
    body,
    headings,
    findings,
  };
}

/** The names in backticks that a table explains in its first column. */
function namesIn({ rows }: Tokens.Table, anchor: string): Finding[] {
  return rows.flatMap(([name, ...others]) =>
    [...(name?.text.matchAll(/`([\w.-]{3,40})`/g) ?? [])].map(([, title]) => ({
      title: title!,
      anchor,
      text: plainText(escaped(others.at(-1)?.text.replace(/[`*]/g, '') ?? '')),
    })),
  );
}

/** The examples among the blocks of a document, as HTML. */
async function figuresIn(
  tokens: readonly Token[],
  { from, around }: MarkdownUse,
): Promise<Map<Token, string>> {
  const found = new Map<Token, string>();
  for (const token of tokens) {
    const examples = examplesOf(token);
    if (examples.length === 0) continue;
    const figures: string[] = [];
    for (const { url, caption } of examples) {
      const html = lexer.parseInline(caption) as string;
      figures.push(await exampleFigure(url, { caption: html, from }, around));
    }
    const many = figures.length > 1;
    found.set(
      token,
      many ? `<div class="examples">${figures.join('\n')}</div>\n` : `${figures[0]}\n`,
    );
  }
  return found;
}

/** The URL and the caption of each example that a block consists of; none if it is no block of examples. */
function examplesOf(token: Token): { url: string; caption: string }[] {
  const texts =
    token.type === 'paragraph'
      ? [token.text as string]
      : token.type === 'list'
        ? (token as Tokens.List).items.map(({ text }) => text)
        : [];
  const examples = texts.map((text) => {
    const [, url = '', caption = ''] = /^`([^`]+)`(?::\s+([\s\S]*))?$/.exec(text) ?? [];
    return { url, caption };
  });
  return examples.every(({ url }) => EXAMPLE.test(url)) ? examples : [];
}
