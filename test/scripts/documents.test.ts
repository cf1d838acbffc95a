// Checks that the documents link only to what exists, and that their commands and URLs are such as the project knows.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readUrl } from '../../scripts/site/pictures/pictures.ts';
import { anchorsOf, commandsIn, documents, textOf, urlsIn } from '../helpers/documents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('the documents', () => {
  it.each(documents)('%s links only to files and headings that exist', (document) => {
    const text = textOf(document).replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !/^[a-z]+:/.test(target));
    const missing = targets.filter((target) => {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? document : normalize(join(dirname(document), file));
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).has(anchor);
    });
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s names only files of the project that exist', (document) => {
    const named = [
      ...textOf(document).matchAll(/`(\.?[\w-]+(?:\/[\w.-]+)+\.(?:ts|md|json|toml|yml))`/g),
    ];
    const places = ['.', 'src', dirname(document)];
    const missing = named
      .map(([, path]) => path!)
      .filter((path) => places.every((place) => !existsSync(join(root, place, path))));
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s runs only commands that exist', (document) => {
    const { scripts: named, files } = commandsIn(document);
    // `dev` is a command of the reader's own project, which uses the client.
    const known =
      document === 'docs/client.md' ? [...Object.keys(scripts), 'dev'] : Object.keys(scripts);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it.each(documents)('%s shows only URLs that the service reads', (document) => {
    for (const url of urlsIn(document)) {
      // Presets are settings, and the style is one that the reader trains.
      if (/\/p=|style=mine/.test(url)) continue;
      try {
        readUrl(url);
      } catch (error) {
        expect.fail(`${url}: ${(error as Error).message}`);
      }
    }
  });

  it('show many URLs', () => {
    expect(new Set(documents.flatMap(urlsIn)).size).toBeGreaterThan(100);
  });
});
