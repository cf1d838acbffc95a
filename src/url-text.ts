// Text of transform URLs: one spelling of percent-encoding, and the canonical path that is signed, parsed and cached.

/** Decodes escapes of unreserved characters (RFC 3986) and writes the hexadecimal digits of all others in capitals. */
export function canonicalEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
}

/** Percent-encodes a parameter's value; colons stay readable. */
export const escapeValue = (text: string): string =>
  encodeURIComponent(text).replaceAll('%3A', ':');

/** The text of a finite number without an exponent, which the grammar of plans does not have. */
export function numberText(value: number): string {
  const shortest = String(value);
  return shortest.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : shortest;
}

/**
 * The path with canonical escapes and repeated slashes merged: zones and proxies in front of a Worker may change a URL in these
 * ways. `URL` itself has already applied the URL standard's normalisation. The query belongs to the source and stays byte for byte;
 * the fragment is dropped.
 */
export function canonicalPath({ pathname, search }: Pick<URL, 'pathname' | 'search'>): {
  path: string;
  query: string;
} {
  return { path: canonicalEscapes(pathname).replace(/\/{2,}/g, '/'), query: search };
}

/** The part of a transform URL after `/t/`; `path` and `query` are what is signed and parsed. */
export type TransformPath = {
  /** The text after `s:` in the first segment; undefined if that segment is no signature. */
  signature: string | undefined;
  path: string;
  query: string;
};

/** Splits a transform URL into its canonical parts. A signature counts only in the first segment. */
export function splitTransformPath(url: Pick<URL, 'pathname' | 'search'>): TransformPath {
  const { path: whole, query } = canonicalPath(url);
  const path = whole.replace(/^\/t(?:\/|$)/, '');
  const signed = /^s:([^/]*)(?:\/|$)/.exec(path);
  if (!signed) return { signature: undefined, path, query };
  return { signature: signed[1]!, path: path.slice(signed[0].length), query };
}
