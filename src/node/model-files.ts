// Reads the project's manifest and the folder of installed models from disk.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, parseManifest } from '../models/manifest.ts';
import type { ReadModelFile } from '../models/store.ts';
import { projectPath } from './project.ts';

/** Where `npm run models` installs models. */
export const MODELS_FOLDER = projectPath('.cache/models');

/** The project's manifest. Throws `Error` if it is not valid. */
export async function readManifest(): Promise<Manifest> {
  return parseManifest(JSON.parse(await readFile(projectPath('models/manifest.json'), 'utf8')));
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
