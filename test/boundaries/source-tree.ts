// The files of `src` and their imports, read as text.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { namedEntries } from './rules.ts';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** Paths in `src`. */
export const files: readonly string[] = readdirSync(root, {
  recursive: true,
  encoding: 'utf8',
}).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

/** The first part of a path in `src`: its folder, or the file itself. */
export const placeOf = (file: string): string => file.split('/')[0]!;

/** Each file's text. */
export const texts: ReadonlyMap<string, string> = new Map(
  files.map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);

export type Import = { target: string; type: boolean };

/** What a file imports: packages by name, files of the tree by their path in `src`. */
export function importsOf(file: string): Import[] {
  const found = texts
    .get(file)!
    .matchAll(/(import type [^;']*?|)(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, type, target]) => ({
    target: target!.startsWith('.') ? normalize(join('src', dirname(file), target!)) : target!,
    type: type !== '',
  }));
}

/** Whether it is a file of `src`. */
export const isOwn = ({ target }: Import): boolean => target.startsWith('src/');

/** The sub-folders on the way to a file: `png` and `png/read` for `codecs/png/read/decode.ts`. */
export function foldersOf(file: string): string[] {
  const parts = dirname(file).split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 2).join('/'));
}

/** Files through which a sub-folder may be entered. */
export const entriesOf = (folder: string): string[] =>
  [namedEntries[folder] ?? basename(folder), 'effect', 'format', 'register'].map(
    (name) => `${folder}/${name}.ts`,
  );
