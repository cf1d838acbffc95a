// The project's documents that are pages of the site, and what their links mean there.
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { probe } from '../../src/codecs/probe/probe.ts';
import type { Surroundings } from './address.ts';
import { effectPath } from './effect-page.ts';
import { escaped } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { linkFrom, type Page } from './page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A document of the repository, its page, and its name in the table of contents. */
export type DocumentPage = { file: string; path: string; label: string };

const all = {
  Guides: [
    { file: 'docs/guides/thumbnails.md', path: 'guides/thumbnails.html', label: 'Thumbnails' },
    { file: 'docs/guides/hybrids.md', path: 'guides/hybrids.html', label: 'Hybrid images' },
    { file: 'docs/guides/pixel-art.md', path: 'guides/pixel-art.html', label: 'Pixel art' },
    { file: 'docs/guides/style.md', path: 'guides/style.html', label: 'Style' },
    { file: 'docs/jobs.md', path: 'guides/jobs.html', label: 'Jobs' },
    { file: 'docs/client.md', path: 'guides/client.html', label: 'Client' },
    { file: 'docs/command-line.md', path: 'guides/command-line.html', label: 'Command line' },
    { file: 'docs/training.md', path: 'guides/training.html', label: 'Training' },
  ],
  Running: [
    { file: 'docs/deploy.md', path: 'guides/deploying.html', label: 'Deploying' },
    { file: 'docs/guides/signing.md', path: 'guides/signing.html', label: 'Signing' },
    { file: 'docs/operating.md', path: 'guides/operating.html', label: 'Operating' },
    { file: 'src/gpu/README.md', path: 'guides/gpu-backend.html', label: 'GPU backend' },
  ],
  Reference: [
    { file: 'docs/urls.md', path: 'reference/urls.html', label: 'URLs' },
    { file: 'bench/README.md', path: 'reference/benchmarks.html', label: 'Benchmarks' },
    {
      file: 'models/named-styles.md',
      path: 'reference/named-styles.html',
      label: 'Model: named styles',
    },
    { file: 'models/pixelart.md', path: 'reference/pixelart-model.html', label: 'Model: pixelart' },
    { file: 'models/slim.md', path: 'reference/slim-model.html', label: 'Model: slim' },
    { file: 'CHANGELOG.md', path: 'reference/changelog.html', label: 'Changelog' },
  ],
} as const satisfies Record<string, readonly DocumentPage[]>;

/** The documents of a chapter that the repository has. */
export const documentsOf = (chapter: keyof typeof all): readonly DocumentPage[] =>
  all[chapter].filter(({ file }) => existsSync(root + file));

/** Documents by their paths in the repository. */
const pages: ReadonlyMap<string, string> = new Map([
  ...Object.values(all)
    .flat()
    .map(({ file, path }) => [file, path] as const),
  ['README.md', 'index.html'],
  ['docs/effects.md', 'effects/index.html'],
]);

/** Files that documents show or link to; they are copied into the site. Paths in the site by paths in the repository. */
export type Copies = Map<string, string>;

/** Types of files that are copied into the site if a document links to them. */
const COPIED = /\.(?:webp|png|jpg|json|csv)$/;

/** Copies a file of the repository into the site, and returns its path there. */
function copied(file: string, copies: Copies): string {
  const path = `files/${file.replace(/^docs\//, '').replaceAll('/', '-')}`;
  copies.set(file, path);
  return path;
}

/** The link on the page at `from` for a link in the document `file`; undefined if it leads to a file that the site does not have. */
export function siteLink(
  href: string,
  { file, from, copies }: { file: string; from: string; copies: Copies },
): string | undefined {
  if (/^(?:[a-z]+:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = normalize(join(dirname(file), path));
  if (target === 'docs/effects.md' && anchor)
    return linkFrom(from, effectPath(anchor.replace('options-', '')));
  const page = pages.get(target);
  const isThere = page !== undefined && existsSync(root + target);
  if (isThere) return linkFrom(from, anchor === undefined ? page : `${page}#${anchor}`);
  if (COPIED.test(target) && existsSync(root + target))
    return linkFrom(from, copied(target, copies));
  return undefined;
}

/** Renders a text of the document `file` for the page at `from`. */
export function renderDocument(
  text: string,
  {
    file,
    from,
    copies,
    around,
  }: { file: string; from: string; copies: Copies; around: Surroundings },
) {
  const sizes = new Map<string, string>();
  return renderMarkdown(text, {
    from,
    around,
    link: (href) => siteLink(href, { file, from, copies }),
    image(href, alt) {
      const target = normalize(join(dirname(file), href));
      const size = sizes.get(target) ?? sizeOf(target);
      sizes.set(target, size);
      return `<img src="${linkFrom(from, copied(target, copies))}" alt="${escaped(alt)}"${size} loading="lazy" decoding="async">`;
    },
  });
}

const sizeOf = (file: string): string => {
  const { width, height } = probe(readFileSync(root + file));
  return ` width="${width}" height="${height}"`;
};

/** The page of a document. Throws `Error` if it has no title. */
export async function documentPage(
  { file, path }: DocumentPage,
  { copies, around }: { copies: Copies; around: Surroundings },
): Promise<Page> {
  const text = await readFile(root + file, 'utf8');
  const { title, lead, ...rest } = await renderDocument(text, { file, from: path, copies, around });
  if (title === '') throw new Error(`${file}: expected a heading of the first level`);
  return { path, title, description: shortened(lead || `${title} of Tessera.`), ...rest };
}

/** Longest description of a page, in characters. */
const DESCRIPTION = 180;

/** The first sentences of a text that fit a description. */
function shortened(text: string): string {
  if (text.length <= DESCRIPTION) return text;
  const end = text.lastIndexOf('. ', DESCRIPTION);
  return end > 40
    ? text.slice(0, end + 1)
    : `${text.slice(0, text.lastIndexOf(' ', DESCRIPTION))} …`;
}
