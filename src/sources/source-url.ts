// Turns the text of an http(s) source into one parsed, canonical `URL`, or throws what is wrong with it.
import { type AppError, paramError, quoted } from '../errors.ts';
import { canonicalEscapes } from '../url-text.ts';

/** A `bad_source` error. `got` is shown shortened; leave it out if it may hold a secret. */
export function badSource(param: string, expected: string, got?: string): AppError {
  const shown = got === undefined ? undefined : quoted(got, 100);
  return paramError({ code: 'bad_source', param, expected, got: shown });
}

/**
 * Parses `http(s)://host/path?query`, or with one slash after the colon, as proxies may leave it. The fragment
 * is dropped, escapes in the path get one spelling, the query stays byte for byte.
 * Throws `AppError` `bad_source`.
 */
export function parseSourceUrl(text: string, param: string): URL {
  refuseRawCharacters(text, param);
  const parts = /^(https?):\/{1,2}([^/?#]+)(.*)$/is.exec(text);
  if (!parts) throw badSource(param, 'https://<host>/<path>', text);
  const [, scheme, authority = '', rest] = parts;
  if (authority.includes('@')) throw badSource(param, 'a URL without user name and password');
  const url = parseUrl(`${scheme}://${authority}${rest}`);
  if (!url) throw badSource(param, 'a valid https URL', text);
  if (/%(?![0-9a-f]{2})/i.test(url.pathname)) {
    throw badSource(param, 'a path where every % starts an escape', text);
  }
  if (/%(?:[01][0-9a-f]|7f)/i.test(url.pathname)) {
    throw badSource(param, 'a path without control characters', text);
  }
  url.hash = '';
  // Assigning the empty string also removes a lone "?", which would be a second spelling.
  if (url.search === '') url.search = '';
  url.pathname = canonicalEscapes(url.pathname);
  return url;
}

/**
 * Resolves a path, still percent-encoded, under the URL prefix `base`; dot segments and encoded
 * separators, which could leave the base, are refused. Throws `AppError` `bad_source`, and `Error`
 * for a malformed base.
 */
export function resolveUnderBase(text: string, base: string, param: string): URL {
  const root = readBase(base);
  refuseRawCharacters(text, param);
  const path = text.replace(/[?#].*$/, '');
  // "25" is repeated if the escape was itself escaped; an origin may decode more than once.
  const decoded = path.replace(/%(?:25)*2e/gi, '.').split('/');
  // Under a whole host there is no folder that an encoded slash could leave.
  const hidden = root.pathname === '/' ? /%(?:25)*5c/i : /%(?:25)*(?:2f|5c)/i;
  const escapes = decoded.includes('.') || decoded.includes('..') || hidden.test(path);
  if (escapes || path === '' || path.startsWith('/')) {
    throw badSource(param, 'a path below the source base, without dot segments', text);
  }
  return parseSourceUrl(`${root.origin}${root.pathname.replace(/\/*$/, '/')}${text}`, param);
}

/** Throws `Error` unless `SOURCE_BASE` is empty or an http(s) URL prefix. */
export function checkBase(base: string): void {
  if (base !== '') readBase(base);
}

function readBase(base: string): URL {
  const root = parseUrl(base);
  if (!root || !/^https?:$/.test(root.protocol) || root.search || root.hash) {
    throw new Error(`SOURCE_BASE: expected an http(s) URL prefix, got ${JSON.stringify(base)}`);
  }
  return root;
}

// `URL` drops tabs and line ends and reads a backslash as a slash, so `https:\\evil` would pass.
function refuseRawCharacters(text: string, param: string): void {
  if (text.includes('\\')) throw badSource(param, 'a URL without backslashes', text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the regular expression looks for them.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) {
    throw badSource(param, 'a URL without control characters', text);
  }
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
