// Writes sources in transform URLs, and finds them: unchanged if no proxy can alter them on the way, otherwise in base64url.
import { base64UrlOf } from '../crypto.ts';
import { paramError, quoted } from '../errors.ts';
import { escapeValue } from '../url-text.ts';
import { httpUrl } from './origin.ts';

// RFC 3986's characters of a path and a query; proxies differ in how they escape all others. A comma at the end would end a URL in `srcset`.
const PLAIN = /^[\w.~!$&'()*+,;=:@/?%-]*$/;

const NAMED = /^(?:b64|asset):/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The source at the end of a transform URL, for `https://…`, `asset:<name>`, `r2:<key>`, `b64:…` or, with a source base, a path under it. Throws
 * `bad_source` for anything else.
 */
export function sourceText(source: string | URL): string {
  const text = String(source);
  if (NAMED.test(text)) return escapeValue(text);
  if (text.startsWith('r2:')) {
    const key = text.slice(3);
    const plain = /^[\w.~/-]+$/.test(key) && !/^\/|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(key);
    return plain ? text : wrapped(text);
  }
  if (text !== '' && !SCHEME.test(text)) return wrapped(text);
  const { href, pathname, search } = addressOf(text);
  const plain =
    PLAIN.test(pathname) && PLAIN.test(search) && !/\/\/|,$/.test(`${pathname}${search}`);
  return plain ? href : wrapped(href);
}

/** The source as an option's value, not yet escaped; never a raw URL. Throws `bad_source`, which names `param`. */
export function inputText(source: string | URL, param: string): string {
  const text = String(source);
  if (NAMED.test(text)) return text;
  const isAddress = text === '' || (SCHEME.test(text) && !text.startsWith('r2:'));
  return wrapped(isAddress ? addressOf(text, param).href : text);
}

/** A transform URL's text after `/t/`, in two parts: its source begins with the first segment that has a scheme, or is empty. */
export function splitPlan(path: string): { plan: string; source: string } {
  const start = /(?:^|\/)(?=(?:https?|asset|r2|b64)(?::|%3A))/i.exec(path);
  return {
    plan: path.slice(0, start?.index ?? path.length),
    source: start ? path.slice(start.index + start[0].length) : '',
  };
}

const wrapped = (text: string): string => `b64:${base64UrlOf(new TextEncoder().encode(text))}`;

function addressOf(text: string, param = 'source'): URL {
  const url = httpUrl(text);
  if (!url || url.username || url.password) {
    const expected = 'https://<host>/<path>, asset:<name>, r2:<key> or b64:<base64url of a source>';
    // Without a password that it may have.
    const got = quoted(text.replace(/\/\/.*@/s, '//…@'));
    throw paramError({ code: 'bad_source', param, expected, got });
  }
  url.hash = '';
  // Assigning the empty string also removes a lone "?".
  if (url.search === '') url.search = '';
  return url;
}
