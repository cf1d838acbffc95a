// Reads the project's manifest and the folder of installed models from disk.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, parseManifest, sourceOf } from '../models/manifest.ts';
import { type ModelRecord, type ReadModelFile, recordFile, weightsFile } from '../models/store.ts';
import { projectPath } from './project.ts';
import { systemCode } from './system-error.ts';

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
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** Reads the models that are part of the project from where they are, so that they need not be installed. */
export function createOwnModelFiles(manifest: Manifest): { read: ReadModelFile } {
  const own = manifest.flatMap((model) => {
    const [file] = model.files;
    return file?.committed && model.files.length === 1 ? [{ model, file }] : [];
  });
  return {
    read: async (name) => {
      const weights = own.find(({ model }) => weightsFile(model.name) === name);
      if (weights) return readFile(projectPath(`models/${weights.file.mirrorPath}`));
      const recorded = own.find(({ model }) => recordFile(model.name) === name);
      if (!recorded) return undefined;
      const { model, file } = recorded;
      const record: ModelRecord = {
        source: sourceOf(model),
        bytes: file.bytes,
        sha256: file.digest.replace(/^sha256:/, ''),
      };
      return new TextEncoder().encode(JSON.stringify(record));
    },
  };
}
