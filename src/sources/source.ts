// Parses every spelling of a source into one form, and writes that form as one canonical text.
import { badSource, parseSourceUrl, resolveUnderBase } from './source-url.ts';

/** A sample picture shipped with the Worker, an object of the bound bucket, or an address (not yet checked against any rule). */
export type Source =
  | { kind: 'asset'; name: string }
  | { kind: 'object'; key: string }
  | { kind: 'url'; url: URL };

export type SourceOptions = {
  /** `SOURCE_BASE`: an http(s) URL prefix under which texts without a known prefix are paths. */
  base?: string | undefined;
  /** Name for error messages, `source` unless given. */
  param?: string;
  /** Names that the parameter accepts besides sources, for error messages. */
  names?: readonly string[];
};

/** R2's limit on the length of keys, in bytes. */
const MAX_KEY_BYTES = 1024;

const forms = 'https://<host>/<path>, asset:<name>, r2:<key> or b64:<base64url of a source>';

/** Whether a path segment, still percent-encoded, starts a source. */
export function isSourceStart(segment: string): boolean {
  return /^(?:https?|asset|r2|b64)(?::|%3A)/i.test(segment);
}

/**
 * Parses the part of a canonical request path that starts at the source, still percent-encoded.
 * `query` is the request's own, with its `?` or empty; only raw URLs and paths under the base
 * take it. Throws `AppError` `bad_source`.
 */
export function parseSource(text: string, options: SourceOptions & { query: string }): Source {
  const { query, base, param = 'source' } = options;
  // A proxy that decodes only colons leaves `https:%2F`.
  if (/^https?(?:%3A|:%2F)/i.test(text)) {
    return { kind: 'url', url: parseSourceUrl(decodeOnce(text, param), param) };
  }
  const [mark = ''] = /:|%3A/i.exec(text) ?? [];
  const colon = text.indexOf(mark);
  const rest = text.slice(colon + mark.length);
  switch (mark === '' ? '' : `${text.slice(0, colon).toLowerCase()}:`) {
    case 'https:':
    case 'http:':
      return { kind: 'url', url: parseSourceUrl(text + query, param) };
    case 'asset:':
      return { kind: 'asset', name: checkAssetName(rest, param) };
    case 'b64:': {
      const inner = decodeBase64Url(rest, param);
      if (/^b64:/i.test(inner))
        throw badSource(param, 'b64: around a source that is not b64:', text);
      return parseSource(inner, { ...options, query: '' });
    }
    case 'r2:':
      return { kind: 'object', key: checkKey(decodeOnce(rest, param), param) };
  }
  if (base === undefined || /^[a-z][a-z0-9+.-]*(?::|%3A)/i.test(text)) {
    throw badSource(param, forms, text);
  }
  return { kind: 'url', url: resolveUnderBase(text + query, base, param) };
}

/**
 * Parses a source in an option value (already percent-decoded once): `asset:<name>`,
 * `r2:<key>` of letters, digits, ".", "_" and "-", or `b64:<base64url of any source>`; never a raw
 * URL or text that would have to be decoded again. Throws `AppError` `bad_source`.
 */
export function parseInputSource(value: string, options: SourceOptions = {}): Source {
  if (!/^(?:(?:asset|b64):|r2:[\w.-]+$)/i.test(value)) {
    const { param = 'source', names = [] } = options;
    const known = names.length > 0 ? `a name (${names.join(', ')}), ` : '';
    throw badSource(
      param,
      `${known}asset:<name>, r2:<plain key> or b64:<base64url of a source>`,
      value,
    );
  }
  return parseSource(value, { ...options, query: '' });
}

/** The one text of a source, the same for all its spellings; `parseSource` reads it back. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'asset':
      return `asset:${source.name}`;
    case 'object':
      return `r2:${source.key.split('/').map(encodeURIComponent).join('/')}`;
    case 'url':
      return encodeURIComponent(source.url.href);
  }
}

function checkAssetName(name: string, param: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  const expected = 'asset:<name> with 1 to 100 letters, digits, ".", "_" or "-"';
  throw badSource(param, expected, `asset:${name}`);
}

// Dot segments mean nothing to R2, but another server of the same objects may read a key as a path.
function checkKey(key: string, param: string): string {
  const parts = key.split('/');
  const fits = new TextEncoder().encode(key).length <= MAX_KEY_BYTES;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the regular expression looks for them.
  const clean = !/[\u0000-\u001f\u007f-\u009f\\]/.test(key) && !/\p{Surrogate}/u.test(key);
  const climbs = parts.some((part) => part === '' || part === '.' || part === '..');
  if (fits && clean && !climbs) return key;
  const expected = `r2:<key> of 1 to ${MAX_KEY_BYTES} bytes, without empty or dot segments, backslashes and control characters`;
  throw badSource(param, expected, `r2:${key}`);
}

function decodeOnce(text: string, param: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badSource(param, 'a URL percent-encoded once as UTF-8', text);
  }
}

function decodeBase64Url(text: string, param: string): string {
  try {
    // Tools write base64 in either alphabet, with or without padding, and encode `+`, `/` and `=`.
    const plain = text.replace(/%(?:2B|2F|3D)/gi, decodeURIComponent);
    const digits = plain
      .replace(/={1,2}$/, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_');
    const padded = digits.length < plain.length;
    // `atob` alone would also accept white space. Of two slashes one is lost on the way, which padding shows.
    if (!/^[A-Za-z0-9_-]+$/.test(digits)) throw new Error('not base64');
    if (padded && plain.length % 4 !== 0) throw new Error('wrong padding');
    const binary = atob(digits.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badSource(param, 'b64:<base64url of UTF-8 text>', `b64:${text}`);
  }
}
