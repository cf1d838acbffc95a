// Finds the pictures in a folder and its sub-folders.
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Failure, systemMessage } from '../failure.ts';

/** Extensions of the files that are taken from folders, in lower case and with the dot. */
export const PICTURE_EXTENSIONS: readonly string[] = [
  '.avif',
  '.gif',
  '.jpeg',
  '.jpg',
  '.png',
  '.webp',
];

const isPicture = (name: string): boolean =>
  PICTURE_EXTENSIONS.includes(extname(name).toLowerCase());

export type Walked = {
  /** Paths of the pictures, in the order of their names. */
  pictures: string[];
  failures: { input: string; failure: Failure }[];
};

/**
 * The pictures of a folder, by their extensions. Hidden files are left out, and so is the folder `except` (a real path). Links are
 * followed; a folder that is reached twice, as by links in a circle, is read once.
 */
export async function walk(folder: string, except?: string): Promise<Walked> {
  const found: Walked = { pictures: [], failures: [] };
  const seen = new Set<string>();
  const fail = (input: string, error: unknown): void => {
    const failure = { code: 'input_unreadable', message: systemMessage(error) } as const;
    found.failures.push({ input, failure });
  };
  const enter = async (path: string): Promise<void> => {
    const real = await realpath(path);
    if (seen.has(real) || real === except) return;
    seen.add(real);
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
    for (const name of names) {
      const inside = join(path, name);
      await visit(inside, name).catch((error: unknown) => fail(inside, error));
    }
  };
  const visit = async (path: string, name: string): Promise<void> => {
    const kind = await stat(path).catch((error: NodeJS.ErrnoException) => {
      // A link that leads nowhere is a problem only if it is called like a picture.
      if (isPicture(name)) throw error;
      return undefined;
    });
    if (kind?.isDirectory()) await enter(path);
    else if (kind?.isFile() && isPicture(name)) found.pictures.push(path);
  };
  await enter(folder).catch((error: unknown) => fail(folder, error));
  return found;
}
