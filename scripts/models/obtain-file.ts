// Obtains one file of a model: from the project, or from the mirror first, then from its public address.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../src/errors.ts';
import type { ModelFile } from '../../src/models/manifest.ts';
import type { StartProgress } from '../../src/node/progress.ts';
import { checkFile } from './check-file.ts';
import { type FetchOptions, fetchFile } from './fetch-file.ts';

export type ObtainOptions = Omit<FetchOptions, 'onProgress'> & {
  /** Folder for downloads. */
  downloads: string;
  /** A folder, or a URL with http, https or file; undefined without a mirror. */
  mirror: string | undefined;
  /** Do not use public addresses. */
  mirrorOnly?: boolean;
  startProgress?: StartProgress;
};

/**
 * The path of the verified file: in the mirror itself if that is a folder, otherwise of a download. Throws `AppError` with the
 * answer of every place: `source_missing` if no place has the file.
 */
export async function obtainFile(file: ModelFile, options: ObtainOptions): Promise<string> {
  const errors: AppError[] = [];
  for (const place of placesOf(file, options)) {
    try {
      return await obtainFrom(place, file, options);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(error);
    }
  }
  const worst = errors.find(({ code }) => code !== 'source_missing');
  const reasons = errors.map(({ message }) => message);
  if (!file.url && !options.mirror) reasons.push('it has no public address, set MODELS_MIRROR');
  const message = `${file.mirrorPath}: ${reasons.join('; ')}`;
  throw new AppError(worst?.code ?? 'source_missing', message, { cause: errors });
}

/** Throws `Error` if the mirror is neither a URL nor an existing folder. */
export function checkMirror(mirror: string): void {
  const there = isRemote(mirror) ? URL.canParse(mirror) : existsSync(folderOf(mirror));
  if (there) return;
  throw new Error(`MODELS_MIRROR: expected a folder or a URL, got ${JSON.stringify(mirror)}`);
}

/** Files of models that are part of the project. */
const COMMITTED_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

function placesOf({ mirrorPath, url, committed }: ModelFile, options: ObtainOptions): string[] {
  const { mirror, mirrorOnly = false } = options;
  if (committed) return [join(COMMITTED_FOLDER, mirrorPath)];
  const places: string[] = [];
  if (mirror && isRemote(mirror)) {
    places.push(new URL(mirrorPath, mirror.replace(/\/*$/, '/')).href);
  } else if (mirror) {
    places.push(join(folderOf(mirror), mirrorPath));
  }
  if (url && !mirrorOnly) places.push(url);
  return places;
}

const isRemote = (place: string): boolean => /^https?:/.test(place);

const folderOf = (mirror: string): string =>
  mirror.startsWith('file:') ? fileURLToPath(mirror) : mirror;

async function obtainFrom(
  place: string,
  file: ModelFile,
  { startProgress, downloads, ...options }: ObtainOptions,
): Promise<string> {
  if (!isRemote(place)) {
    if (!existsSync(place)) throw new AppError('source_missing', `${place}: no such file`);
    const problem = await checkFile(place, file);
    if (problem) throw new AppError('bad_source', `${place}: ${problem}`);
    return place;
  }
  const path = join(downloads, file.mirrorPath);
  const progress = startProgress?.(file.mirrorPath, file.bytes);
  try {
    const { bytes, digest } = file;
    const onProgress = (done: number) => progress?.update(done);
    await fetchFile({ url: place, path, bytes, digest }, { ...options, onProgress });
  } finally {
    progress?.end();
  }
  return path;
}
