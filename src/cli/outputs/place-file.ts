// Moves a finished file to its name, at once.

import { link, rename, rm, stat } from 'node:fs/promises';
import { systemCode } from '../../node/system-error.ts';
import { type Failure, systemMessage } from '../failure.ts';

/** What file systems without hard links answer. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/** The failure of a result whose name is taken. */
export const exists: Failure = { code: 'output_exists', message: 'it exists; --force replaces it' };

/**
 * Gives `temporary`, a file in the same folder, the name `path`. A reader finds the whole file or none. Returns what went wrong: a file
 * with that name is replaced only with `replace`.
 */
export async function placeFile(
  temporary: string,
  path: string,
  replace: boolean,
): Promise<Failure | undefined> {
  try {
    if (replace) await rename(temporary, path);
    else if (!(await linked(temporary, path))) return exists;
    return undefined;
  } catch (error) {
    return { code: 'output_unwritable', message: systemMessage(error) };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether the name was free and is taken now. */
async function linked(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
  }
  if (await isThere(path)) return false;
  await rename(temporary, path);
  return true;
}

/** Whether something has this name. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
