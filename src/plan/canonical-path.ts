// The one form of a request's path and query that is parsed and cached (and later signed).

/**
 * The path with escapes of unreserved characters decoded, hexadecimal digits of the others in capitals and repeated
 * slashes merged: what zones and proxies in front of a Worker may do to a URL anyway. The URL standard's own normalisation
 * has happened in `URL`. The query belongs to the source and stays byte for byte; the fragment is dropped.
 */
export function canonicalPath({ pathname, search }: URL): { path: string; query: string } {
  return { path: canonicalEscapes(pathname).replace(/\/{2,}/g, '/'), query: search };
}

function canonicalEscapes(text: string): string {
  return text.replace(/%[0-9a-fA-F]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
}
