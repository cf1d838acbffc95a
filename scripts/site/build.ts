// Composes all pages of the site from the declarations and the documents, and writes them into a folder.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import { PICTURES, type Surroundings } from './address.ts';
import { type Copies, documentPage, documentsOf } from './documents.ts';
import { effectPage, effectPath, effectTitle } from './effect-page.ts';
import { type Chapter, framed } from './frame.ts';
import type { Page } from './page.ts';
import { createPictures } from './pictures/pictures.ts';
import { searchIndex } from './search-index.ts';
import { missingPage, overviewPage, startPage } from './start-pages.ts';
import { writeFolder } from './write-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type SiteOptions = {
  /** The folder to write. */
  out: string;
  /** Address of the playground, absolute or from the root of the site. */
  playground: string;
  /** The path under which the site is served, for the page of missing addresses. */
  base: string;
};

/** What was built: pages, files and bytes in all, and pictures that were rendered for it. */
export type Built = { pages: number; files: number; bytes: number; painted: number };

/** Builds the site. Throws `Error` for an example that the service refuses. */
export async function buildSite({ out, playground, base }: SiteOptions): Promise<Built> {
  const pictures = createPictures();
  const around: Surroundings = { pictures, playground };
  const copies: Copies = new Map();
  const entries = catalog(effects);
  const chapters = tableOfContents(entries.map(({ name }) => name));
  const guides = chapters.filter(({ title }) => title !== 'Tessera');
  const pages: Page[] = [
    await startPage({ entries, around, copies, guides }),
    await overviewPage({ entries, around, copies }),
  ];
  for (const entry of entries) pages.push(await effectPage(entry, around));
  for (const chapter of ['Guides', 'Running', 'Reference'] as const)
    for (const document of documentsOf(chapter))
      pages.push(await documentPage(document, { copies, around }));

  const files = new Map<string, Uint8Array | string>();
  for (const page of pages) files.set(page.path, framed(page, { chapters, playground }));
  files.set(missingPage.path, framed(missingPage, { chapters, playground, base }));
  files.set('index.js', searchIndex(pages));
  for (const [name, bytes] of pictures.files) files.set(`${PICTURES}/${name}`, bytes);
  for (const [file, path] of copies) files.set(path, await readFile(root + file));
  for (const [name, text] of await bundled()) files.set(name, text);
  await writeFolder(out, files);
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { pages: pages.length, files: files.size, bytes, painted: pictures.painted() };
}

function tableOfContents(names: readonly string[]): Chapter[] {
  const documents = (title: 'Guides' | 'Running' | 'Reference'): Chapter => ({
    title,
    pages: documentsOf(title),
  });
  return [
    { title: 'Tessera', pages: [{ path: 'index.html', label: 'Start' }] },
    documents('Guides'),
    {
      title: 'Effects',
      pages: [
        { path: 'effects/index.html', label: 'Overview' },
        ...names.map((name) => ({ path: effectPath(name), label: effectTitle(name) })),
      ],
    },
    documents('Running'),
    documents('Reference'),
  ];
}

/** The style sheet and the script, by their names in the site. */
async function bundled(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [`${root}src/web/docs/docs.ts`, `${root}src/web/docs/docs.css`],
    outdir: root,
    bundle: true,
    minify: true,
    write: false,
    // A script of modules would not load from a folder.
    format: 'iife',
    target: 'es2023',
    charset: 'utf8',
    supported: { 'inline-style': true },
  });
  return new Map(
    outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('/') + 1), text]),
  );
}
