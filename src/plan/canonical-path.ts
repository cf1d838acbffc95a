// The one form of a request's path and query that is parsed and cached (and later signed).
import { canonicalEscapes } from '../escapes.ts';

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
