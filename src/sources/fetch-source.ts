// Opens sources. All images are fetched here, under one set of rules, status checks, byte limits and time limits.
import { AppError, paramError } from '../errors.ts';
import { type Download, startDownload, unreachable } from './download.ts';
import { type AddressRules, checkRules, followRedirects } from './follow-redirects.ts';
import { type PlainBody, plainBody } from './plain-body.ts';
import {
  bytesOf,
  declaredLength,
  expectedBytes,
  nothingReceived,
  type ReadLimits,
  type Received,
  readUntil,
  refuseDeclared,
} from './read-limited.ts';
import type { Source } from './source.ts';
import { readSourceControl, type SourceControl } from './source-control.ts';

export type SourcePorts = {
  fetch: (request: Request) => Promise<Response>;
  /** A sample picture by name; `undefined` if there is none. */
  asset: (name: string) => Promise<Response | undefined>;
  /** An object of the bucket by its key; `undefined` if there is none. Left out if no bucket is bound. */
  object?: (key: string) => Promise<Response | undefined>;
};

export type SourceRules = AddressRules & {
  maxBytes: number;
  /** Milliseconds for the whole download, including redirects and the body. */
  timeoutMs: number;
};

/**
 * The first bytes of a file: all of them if `complete`, else of a file of `byteLength` bytes. If its source did not declare that, it is what
 * has arrived, and `mostBytes` is the most that is read of a file.
 */
export type FileStart = {
  bytes: Uint8Array;
  complete: boolean;
  byteLength: number;
  mostBytes?: number;
};

/** A response whose body has not been read yet. `read`, `cancel` or the time limit ends it. */
export type OpenSource = {
  /** The source's `ETag`, else its `Last-Modified`. */
  validator: string | undefined;
  /** What the source says about keeping its answer; undefined for sample pictures and objects of the bucket, which say nothing. */
  control: SourceControl | undefined;
  /** Size of the buffer, in bytes, with which `read` starts before it calls `reserveMore`. */
  expectedBytes: number;
  /** Whether the source has said how large its file is. */
  declared: boolean;
  /**
   * Its first bytes, of which there are at least so many unless the file is shorter; may be asked again for more, and `read` goes on
   * from there. `reserveMore` and errors as for `read`.
   */
  peek(bytes: number, reserveMore?: (bytes: number) => boolean): Promise<FileStart>;
  /**
   * Reads the bytes; may be called once. Calls `reserveMore` for bytes beyond `expectedBytes`, and `arrived` with all bytes so far while more are
   * awaited; they are valid during the call. Throws `AppError` `too_many_bytes`, `source_unreachable`, `source_timeout`, `busy`.
   */
  read(calls?: ReadCalls): Promise<Uint8Array>;
  /** Closes the connection if it is still open; may be called at any time, and repeatedly. */
  cancel(): Promise<void>;
};

export type ReadCalls = Pick<ReadLimits, 'reserveMore' | 'arrived'>;

export type SourceReader = {
  /** Checks a source against the rules without sending a request. Throws `AppError` `source_forbidden`. */
  check(source: Source): void;
  /**
   * Sends the request. If `known`, the validator of a stored picture, is given and the source answers that it still has that picture,
   * the result has the same validator and no bytes. Throws `AppError` `source_forbidden`, `redirect_forbidden`, `source_missing`, `too_many_bytes`,
   * `source_unreachable`, `too_many_redirects` or `source_timeout`.
   */
  open(source: Source, use?: OpenUse): Promise<OpenSource>;
};

export type OpenUse = {
  /** The validator of a stored picture. */
  known?: string | undefined;
  /** Asks the source itself, past caches between it and this service. */
  renew?: boolean;
};

const statusesWithoutPicture = [204, 205, 206];
/** 408, 425 and 429: the same request may succeed later. */
const passing = [408, 425, 429];

/** Makes the reader of sources from the rim's ports and the configured rules. */
export function createSourceReader(ports: SourcePorts, rules: SourceRules): SourceReader {
  return {
    check(source) {
      if (source.kind === 'url') checkRules(source.url, rules, 'source_forbidden');
      else if (source.kind === 'object') bucketOf(ports);
    },
    async open(source, { known, renew = false } = {}) {
      const download = startDownload(rules.timeoutMs);
      try {
        const response = await request(source, ports, { rules, download, known, renew });
        download.body = response.body;
        const control = source.kind === 'url' ? readSourceControl(response.headers) : undefined;
        if (known !== undefined && response.status === 304)
          return unchanged({ validator: known, control }, download);
        checkStatus(response.status);
        refuseDeclared(response.headers.get('content-length'), rules.maxBytes, 'source');
        const plain = await download.arrival(() => plainBody(response));
        download.body = plain.body;
        return toOpenSource({ response, plain, control }, download, rules.maxBytes);
      } catch (error) {
        download.close(error);
        throw error;
      }
    },
  };
}

/** Whether a request's `Via` header names Tessera, so the service is fetching its own answers. */
export function isLoop(via: string | null): boolean {
  const hops = (via ?? '').replace(/\([^()]*\)/g, ' ').split(',');
  return hops.some((hop) => hop.trim().split(/\s+/)[1]?.toLowerCase() === 'tessera');
}

async function request(
  source: Source,
  ports: SourcePorts,
  context: {
    rules: AddressRules;
    download: Download;
    known: string | undefined;
    renew: boolean;
  },
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

/** Most 4xx statuses are final, so a retry would not help. */
function answeredWith(status: number): AppError {
  const error = unreachable(`it answered with status ${status}`);
  if (status < 400 || status > 499 || passing.includes(status)) return error;
  return new AppError(error.code, error.message, { param: 'source' });
}

function unchanged(
  known: Pick<OpenSource, 'validator' | 'control'>,
  download: Download,
): OpenSource {
  download.close(unreachable('it has no other picture'));
  return {
    ...known,
    expectedBytes: 0,
    declared: true,
    peek: nothingToRead,
    read: nothingToRead,
    cancel: async () => {},
  };
}

const nothingToRead = () =>
  Promise.reject(new Error('there is nothing to read of what has not changed'));

function toOpenSource(
  {
    response: { headers },
    plain: { body, contentLength },
    control,
  }: { response: Response; plain: PlainBody; control: SourceControl | undefined },
  download: Download,
  maxBytes: number,
): OpenSource {
  const expected = expectedBytes(contentLength, maxBytes);
  let state: 'open' | 'reading' | 'ended' = 'open';
  let received: Received | undefined;
  async function readOn(bytes: number, calls: ReadCalls = {}): Promise<Received> {
    if (state !== 'open') throw new Error('a source is read once, and not after cancel');
    state = 'reading';
    try {
      received ??= nothingReceived(contentLength, maxBytes);
      const limits = { maxBytes, contentLength, signal: download.signal, what: 'source' as const };
      await readUntil(bytes, body, received, { ...limits, ...calls });
      if (received.ended) download.finish();
      state = 'open';
      return received;
    } catch (error) {
      download.close(error);
      state = 'ended';
      throw error;
    }
  }
  return {
    validator: headers.get('etag') || headers.get('last-modified') || undefined,
    control,
    expectedBytes: expected,
    declared: declaredLength(contentLength) !== undefined,
    async peek(bytes, reserveMore) {
      const start = await readOn(bytes, reserveMore && { reserveMore });
      const declared = declaredLength(contentLength);
      return {
        bytes: start.buffer.subarray(0, start.length),
        complete: start.ended,
        byteLength: start.ended ? start.length : Math.max(declared ?? 0, start.length),
        ...(!start.ended && declared === undefined && { mostBytes: maxBytes }),
      };
    },
    async read(calls) {
      const whole = await readOn(Number.POSITIVE_INFINITY, calls);
      state = 'ended';
      return bytesOf(whole);
    },
    async cancel() {
      if (state !== 'ended') download.close(unreachable('its download was cancelled'));
      if (state === 'open') state = 'ended';
    },
  };
}
