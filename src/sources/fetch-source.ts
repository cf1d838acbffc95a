// Opens sources, the one door through which images come in: rules, statuses, byte and time limits.
import { AppError, paramError } from '../errors.ts';
import { type Download, startDownload, unreachable } from './download.ts';
import { type AddressRules, checkRules, followRedirects } from './follow-redirects.ts';
import { expectedBytes, readLimited, refuseDeclared } from './read-limited.ts';
import type { Source } from './source.ts';

export type SourcePorts = {
  fetch: (request: Request) => Promise<Response>;
  /** A sample picture by name, `undefined` where there is none. */
  asset: (name: string) => Promise<Response | undefined>;
  /** An object of the bound bucket by its key, `undefined` where there is none; left out where no bucket is bound. */
  object?: (key: string) => Promise<Response | undefined>;
};

export type SourceRules = AddressRules & {
  maxBytes: number;
  /** For the whole download, redirects and body included. */
  timeoutMs: number;
};

/** An answer whose body is not read yet; `read` or `cancel` ends it, the time limit otherwise. */
export type OpenSource = {
  /** The source's `ETag`, else its `Last-Modified`. */
  validator: string | undefined;
  /** Bytes that `read` takes before it asks to grow. */
  expectedBytes: number;
  /** The bytes, once; `grow` is asked for room beyond what was expected. Throws `AppError` `too_many_bytes`, `source_unreachable`, `source_timeout`, `busy`. */
  read(grow?: (bytes: number) => boolean): Promise<Uint8Array>;
  /** Closes the connection where it is still open; may be called at any time, and repeatedly. */
  cancel(): Promise<void>;
};

export type SourceReader = {
  /** Refuses what the rules do not allow, without asking anyone. Throws `AppError` `source_forbidden`. */
  check(source: Source): void;
  /**
   * With the validator of a `known` picture a source may answer that it has no other: its own validator is that one then, and there is
   * nothing to read. Throws `AppError` `source_forbidden`, `redirect_forbidden`, `source_missing`, `too_many_bytes`,
   * `source_unreachable`, `too_many_redirects` or `source_timeout`.
   */
  open(source: Source, known?: string): Promise<OpenSource>;
};

const statusesWithoutPicture = [204, 205, 206];
/** Too slow, too early, too many requests. */
const passing = [408, 425, 429];

/** Makes the reader of all sources from what the rim can reach and what the configuration allows. */
export function createSourceReader(ports: SourcePorts, rules: SourceRules): SourceReader {
  return {
    check(source) {
      if (source.kind === 'url') checkRules(source.url, rules, 'source_forbidden');
      else if (source.kind === 'object') bucketOf(ports);
    },
    async open(source, known) {
      const download = startDownload(rules.timeoutMs);
      try {
        const response = await request(source, ports, { rules, download, known });
        download.body = response.body;
        if (known !== undefined && response.status === 304) return unchanged(known, download);
        checkStatus(response.status);
        refuseDeclared(response.headers.get('content-length'), rules.maxBytes, 'source');
        return toOpenSource(response, download, rules.maxBytes);
      } catch (error) {
        download.close(error);
        throw error;
      }
    },
  };
}

/** Whether a request's `Via` names Tessera itself, which means that it fetches its own answers. */
export function isLoop(via: string | null): boolean {
  const hops = (via ?? '').replace(/\([^()]*\)/g, ' ').split(',');
  return hops.some((hop) => hop.trim().split(/\s+/)[1]?.toLowerCase() === 'tessera');
}

async function request(
  source: Source,
  ports: SourcePorts,
  context: { rules: AddressRules; download: Download; known: string | undefined },
): Promise<Response> {
  if (source.kind === 'url') return followRedirects(ports.fetch, source.url, context);
  if (source.kind === 'object') {
    const read = bucketOf(ports);
    const found = await context.download.arrival(() => read(source.key));
    if (found) return found;
    throw missing('the key of an object in the bucket', source.key);
  }
  const response = await context.download.arrival(() => ports.asset(source.name));
  if (response) return response;
  throw missing('the name of a sample picture', source.name);
}

function bucketOf({ object }: SourcePorts): NonNullable<SourcePorts['object']> {
  if (object) return object;
  throw paramError({
    code: 'source_forbidden',
    param: 'source',
    expected: 'no r2: source, this server has no bucket of sources',
  });
}

function missing(expected: string, got: string): AppError {
  const shown = JSON.stringify(got.slice(0, 100));
  return paramError({
    code: 'source_missing',
    param: 'source',
    expected,
    got: shown,
  });
}

function checkStatus(status: number): void {
  if (status === 404 || status === 410) {
    throw paramError({
      code: 'source_missing',
      param: 'source',
      expected: `a picture, but it answered with status ${status}`,
    });
  }
  if (status < 200 || status > 299 || statusesWithoutPicture.includes(status)) {
    throw answeredWith(status);
  }
}

/** Of what the source itself will not give, another try will not bring it. */
function answeredWith(status: number): AppError {
  const error = unreachable(`it answered with status ${status}`);
  if (status < 400 || status > 499 || passing.includes(status)) return error;
  return new AppError(error.code, error.message, { param: 'source' });
}

function unchanged(validator: string, download: Download): OpenSource {
  download.close(unreachable('it has no other picture'));
  return {
    validator,
    expectedBytes: 0,
    read: () => Promise.reject(new Error('there is nothing to read of what has not changed')),
    cancel: async () => {},
  };
}

function toOpenSource(response: Response, download: Download, maxBytes: number): OpenSource {
  const { headers, body } = response;
  let state: 'open' | 'reading' | 'ended' = 'open';
  return {
    validator: headers.get('etag') || headers.get('last-modified') || undefined,
    expectedBytes: expectedBytes(headers.get('content-length'), maxBytes),
    async read(grow) {
      if (state !== 'open') throw new Error('a source is read once, and not after cancel');
      state = 'reading';
      try {
        const { signal } = download;
        const contentLength = headers.get('content-length');
        const limits = { maxBytes, contentLength, signal, what: 'source' as const };
        const bytes = await readLimited(body, { ...limits, ...(grow && { grow }) });
        download.finish();
        return bytes;
      } catch (error) {
        download.close(error);
        throw error;
      } finally {
        state = 'ended';
      }
    },
    async cancel() {
      if (state !== 'ended') download.close(unreachable('its download was cancelled'));
      if (state === 'open') state = 'ended';
    },
  };
}
