// Downloads one file of known size and digest: resumes an earlier attempt, gives up on a silent server, and verifies the file.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { checkFile, type Expected, lengthOf } from './check-file.ts';

export type FetchOptions = {
  /** Longest silence of the server, in milliseconds. */
  stallMs?: number;
  /** Number of requests, including the first. */
  attempts?: number;
  /** Pause before the second request, in milliseconds; it doubles for each further one. */
  retryMs?: number;
  /** Called with the number of bytes that have arrived. */
  onProgress?: (bytes: number) => void;
};

type Download = Expected & { url: string; path: string };

/**
 * Downloads to `path`. Until the file is complete and verified it is stored as `<path>.part`, which stays after a failure, so that
 * the next call can resume it. Throws `source_missing` for a 404, `source_unreachable` and `source_timeout` after all
 * attempts, and `bad_source` if the bytes are not the expected ones.
 */
export async function fetchFile(file: Download, options: FetchOptions = {}): Promise<void> {
  const part = `${file.path}.part`;
  await mkdir(dirname(part), { recursive: true });
  const resumed = (await lengthOf(part)) > 0;
  await fetchPart(file, part, options);
  let problem = await checkFile(part, file);
  if (problem && resumed) {
    // The earlier part may be of another file.
    await rm(part);
    await fetchPart(file, part, options);
    problem = await checkFile(part, file);
  }
  if (problem) {
    await rm(part);
    throw new AppError('bad_source', `${file.url}: ${problem}`);
  }
  await rename(part, file.path);
}

async function fetchPart(file: Download, part: string, options: FetchOptions): Promise<void> {
  const { attempts = 5, retryMs = 500 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchRest(file, part, options);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable || attempt >= attempts) throw error;
    }
    await wait(retryMs * 2 ** (attempt - 1));
  }
}

async function fetchRest(file: Download, part: string, options: FetchOptions): Promise<void> {
  const { stallMs = 30_000, onProgress } = options;
  let at = await lengthOf(part);
  if (at > file.bytes) at = 0;
  if (at === file.bytes) return;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), stallMs);
  const handle = await open(part, at > 0 ? 'r+' : 'w');
  try {
    const response = await fetch(file.url, {
      signal: silence.signal,
      headers: { 'accept-encoding': 'identity', ...(at > 0 && { range: `bytes=${at}-` }) },
    });
    timer.refresh();
    at = startOf(response, file, at);
    await handle.truncate(at);
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      if (at + chunk.length > file.bytes) throw wrongLength(file, 'more');
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      onProgress?.(at);
    }
  } catch (error) {
    throw error instanceof AppError ? error : broken(file.url, error, silence.signal.aborted);
  } finally {
    clearTimeout(timer);
    silence.abort();
    await handle.close();
  }
  if (at < file.bytes) {
    const message = `${file.url}: the connection ended after ${at} of ${file.bytes} bytes`;
    throw new AppError('source_unreachable', message, { retryable: true });
  }
}

/** The offset in the file at which the answer's body begins: `asked`, or 0 if the server does not support ranges. */
function startOf(response: Response, file: Download, asked: number): number {
  const { status, headers } = response;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const start = status === 206 && range ? Number(range[1]) : 0;
  if (status !== 200 && !(status === 206 && start === asked)) throw refused(file.url, status);
  const length = headers.get('content-length');
  if (length && start + Number(length) !== file.bytes)
    throw wrongLength(file, start + Number(length));
  return start;
}

function refused(url: string, status: number): AppError {
  const code = status === 404 || status === 410 ? 'source_missing' : 'source_unreachable';
  const retryable = status === 408 || status === 429 || status >= 500;
  return new AppError(code, `${url}: expected status 200, got ${status}`, { retryable });
}

function wrongLength({ url, bytes }: Download, got: number | string): AppError {
  return new AppError('bad_source', `${url}: expected ${bytes} bytes, got ${got}`);
}

function broken(url: string, cause: unknown, stalled: boolean): AppError {
  if (stalled) {
    const message = `${url}: the server was silent for too long`;
    return new AppError('source_timeout', message, { retryable: true, cause });
  }
  const { message, cause: reason } = cause as Error;
  const { code } = (reason ?? {}) as { code?: string };
  const text = `${url}: ${code ?? message}`;
  return new AppError('source_unreachable', text, { retryable: true, cause });
}
