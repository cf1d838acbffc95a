// Which pictures the command line names: files, folders, patterns, samples, and the standard input.
import { existsSync } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { projectPath } from '../../node/project.ts';
import { type Failure, systemMessage, wrongUsage } from '../failure.ts';
import { PICTURE_EXTENSIONS, walk } from './walk.ts';

/** A picture that is to be rendered. */
export type Input = {
  /** Its file; `-` for the standard input. */
  path: string;
  /** As it is shown. */
  shown: string;
  /** Its folder below the folder or pattern that was named; empty for a picture that was named itself. */
  below: string;
  /** File name without extension. */
  name: string;
  /** Extension of the file name without the dot; may be empty. */
  extension: string;
};

export type Found = {
  inputs: Input[];
  failures: { input: string; failure: Failure }[];
  /** Whether a folder or a pattern was named, which may stand for any number of pictures. */
  several: boolean;
};

/** The standard input or output. */
export const STANDARD = '-';
const ASSET = 'asset:';

/** Most pictures of one command. */
const MOST_INPUTS = 100_000;

/** The pictures that the texts name, each once; folders are searched except `except` (a real path). Throws for a pattern without matches. */
export async function findInputs(texts: readonly string[], except?: string): Promise<Found> {
  const found: Found = { inputs: [], failures: [], several: texts.length > 1 };
  const known = new Set<string>();
  const add = (path: string, base?: string): void => {
    if (known.has(resolve(path))) return;
    known.add(resolve(path));
    found.inputs.push(inputOf(path, base));
  };
  const addFolder = async (folder: string, base: string): Promise<void> => {
    const { pictures, failures } = await walk(folder, except);
    for (const path of pictures) add(path, base);
    found.failures.push(...failures);
    if (pictures.length > 0 || failures.length > 0) return;
    const message = `no pictures in this folder (${PICTURE_EXTENSIONS.join(', ')})`;
    found.failures.push({ input: folder, failure: { code: 'no_pictures', message } });
  };
  for (const text of texts) {
    if (text === STANDARD) {
      add(STANDARD);
      continue;
    }
    if (text.startsWith(ASSET)) {
      found.inputs.push({ ...inputOf(await samplePath(text)), shown: text });
      continue;
    }
    const kind = await stat(text).catch((error: NodeJS.ErrnoException) => error);
    if (kind instanceof Error && isPattern(text)) {
      found.several = true;
      const [paths, base] = [await matches(text), fixedPart(text)];
      if (paths.length === 0) throw wrongUsage(`${text}: no file matches this pattern`);
      for (const path of paths) {
        if ((await stat(path)).isDirectory()) await addFolder(path, base);
        else add(path, base);
      }
    } else if (kind instanceof Error) {
      const message = systemMessage(kind);
      found.failures.push({ input: text, failure: { code: 'input_unreadable', message } });
    } else if (kind.isDirectory()) {
      found.several = true;
      await addFolder(text, text);
    } else add(text);
    if (found.inputs.length > MOST_INPUTS)
      throw wrongUsage(`expected at most ${MOST_INPUTS} pictures, got more`);
  }
  return found;
}

/** The file of a sample picture, `asset:<name>`. Throws with the names that exist. */
export async function samplePath(text: string): Promise<string> {
  const name = text.slice(ASSET.length);
  const folder = projectPath('public/samples');
  const path = resolve(folder, name);
  if (dirname(path) === resolve(folder) && existsSync(path)) return path;
  const names = (await readdir(folder)).map((one) => `${ASSET}${one}`).join(', ');
  throw wrongUsage(`expected a sample picture (${names}), got ${JSON.stringify(text)}`);
}

function inputOf(path: string, base?: string): Input {
  const extension = extname(path);
  return {
    path,
    shown: path,
    below: base === undefined ? '' : relative(base, dirname(path)),
    name: path === STANDARD ? 'stdin' : basename(path, extension),
    extension: extension.slice(1),
  };
}

const MAGIC = /[*?[\]{}]/;

const isPattern = (text: string): boolean => MAGIC.test(text);

async function matches(pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) paths.push(path);
  return paths.sort();
}

/** The folders in front of the first wildcard. */
export function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex(isPattern);
  return parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
}
