// Reads the project's manifest and the folder of installed models from disk.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Manifest, parseManifest } from '../models/manifest.ts';
import type { ReadModelFile } from '../models/store.ts';

/** Where `npm run models` installs models. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../.cache/models', import.meta.url));

/** The project's manifest. Throws `Error` if it is not valid. */
export async function readManifest(): Promise<Manifest> {
  const path = new URL('../../models/manifest.json', import.meta.url);
  return parseManifest(JSON.parse(await readFile(path, 'utf8')));
}

/** Reads files of a folder of installed models, `MODELS_FOLDER` by default. */
export function createModelFiles(folder: string = MODELS_FOLDER): { read: ReadModelFile } {
  return {
    read: async (name) => {
      try {
        return await readFile(join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
