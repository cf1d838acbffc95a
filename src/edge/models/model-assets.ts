// Reads installed models from the Worker's assets, where `scripts/models/publish-models.ts` puts them.
import { AppError } from '../../errors.ts';
import type { ReadModelFile } from '../../models/store.ts';
import { type Download, startDownload } from '../../sources/download.ts';
import { readLimited } from '../../sources/read-limited.ts';
import type { Assets } from '../cloudflare.ts';

/** Largest file, in bytes. */
const MAX_BYTES = 16 * 2 ** 20;

/** How long reading a file may take, in milliseconds. */
const TIMEOUT_MS = 5000;

/** Assets are addressed by URL; the host is a placeholder. */
const FOLDER = 'https://tessera.invalid/models/';

/**
 * Reads files of at most `maxBytes`, each within `timeoutMs`; undefined if there is no such file. Throws `AppError`
 * `backend_unavailable`, which is retryable, if a file cannot be read.
 */
export function createModelAssets(
  assets: Assets,
  { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS }: { maxBytes?: number; timeoutMs?: number } = {},
): ReadModelFile {
  return async (name) => {
    const download = startDownload(timeoutMs);
    try {
      const bytes = await readAsset(name, { assets, download, maxBytes });
      download.finish();
      return bytes;
    } catch (error) {
      download.close(error);
      const message = `the model's file ${name} could not be read`;
      throw new AppError('backend_unavailable', message, { retryable: true, cause: error });
    }
  };
}

async function readAsset(
  name: string,
  { assets, download, maxBytes }: { assets: Assets; download: Download; maxBytes: number },
): Promise<Uint8Array | undefined> {
  const { signal } = download;
  const request = new Request(FOLDER + encodeURIComponent(name));
  const response = await download.arrival(() => assets.fetch(request));
  download.body = response.body;
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  if (response.status !== 200) throw new Error(`expected status 200, got ${response.status}`);
  const contentLength = response.headers.get('content-length');
  return readLimited(response.body, { maxBytes, contentLength, signal, what: 'source' });
}
