// The one form of a request's path and query that is signed, parsed and cached.
import { canonicalEscapes } from './escapes.ts';

/**
 * The path with escapes of unreserved characters decoded, hexadecimal digits of the others in capitals and repeated
 * slashes merged: what zones and proxies in front of a Worker may do to a URL anyway. The URL standard's own normalisation
 * has happened in `URL`. The query belongs to the source and stays byte for byte; the fragment is dropped.
 */
export function canonicalPath({ pathname, search }: Pick<URL, 'pathname' | 'search'>): {
  path: string;
  query: string;
} {
  return { path: canonicalEscapes(pathname).replace(/\/{2,}/g, '/'), query: search };
}

/** What stands behind `/t/`: `path` and `query` are what is signed and parsed. */
export type TransformPath = {
  /** Text behind `s:` in the first segment; undefined where that is no signature. */
  signature: string | undefined;
  path: string;
  query: string;
};

/** The parts of a transform URL in canonical form. A signature is taken from its one place, and never searched for. */
export function splitTransformPath(url: Pick<URL, 'pathname' | 'search'>): TransformPath {
  const { path: whole, query } = canonicalPath(url);
  const path = whole.replace(/^\/t(?:\/|$)/, '');
  const signed = /^s:([^/]*)(?:\/|$)/.exec(path);
  if (!signed) return { signature: undefined, path, query };
  return { signature: signed[1]!, path: path.slice(signed[0].length), query };
}
