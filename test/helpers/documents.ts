// The project's documents, and the URLs, commands and links that they show.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { slugOf } from '../../scripts/site/markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of all documents, from the root. */
export const documents: readonly string[] = globSync(
  ['*.md', 'bench/*.md', 'docs/**/*.md', 'models/*.md', 'src/*/README.md'],
  { cwd: root },
).sort();

export const textOf = (document: string): string => readFileSync(root + document, 'utf8');

/** Blocks of code between fences. */
const blocksIn = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*```[^\n]*\n([\s\S]*?)^[ \t]*```/gm)].map(([, code]) => code!);

/** Code between backticks in a line. */
const spansIn = (text: string): string[] =>
  [...text.replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code]) => code!,
  );

/** Paths of all transform URLs that a document shows in code, without those that have a placeholder. */
export function urlsIn(document: string): string[] {
  const text = textOf(document);
  const found = [...blocksIn(text), ...spansIn(text)].flatMap(
    (code) => code.match(/(?<![\w.])(?:https?:\/\/[\w.:-]+)?\/t\/[^\s'"`]+/g) ?? [],
  );
  return [
    ...new Set(
      found
        .map((url) => url.replace(/^https?:\/\/[^/]+/, '').replace(/[).,;]+$/, ''))
        .filter(
          (url) => /\/(?:asset|https|r2|b64):/.test(url) && !/[<>…]|\.\.\.|\/t\/s:/.test(url),
        ),
    ),
  ];
}

/** Names of the scripts that a document runs by `npm run`, and files that it runs by `node`. */
export function commandsIn(document: string): { scripts: string[]; files: string[] } {
  const text = textOf(document);
  const code = [...blocksIn(text), ...spansIn(text)].join('\n');
  const all = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map(([, name]) => name!);
  return {
    scripts: all(/npm run (?:--silent )?([a-z][\w:-]*)/g),
    files: all(/\bnode ((?:scripts|src|bench)\/[\w./-]+)/g),
  };
}

/** Ids of a document's headings, as GitHub and the site make them. */
export function anchorsOf(document: string): Set<string> {
  const text = textOf(document).replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '');
  const count = new Map<string, number>();
  const ids = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) => {
    const slug = slugOf(title!.replace(/`|\*\*|\[([^\]]*)\]\([^)]*\)/g, '$1'));
    const before = count.get(slug) ?? 0;
    count.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set(ids);
}
