// Reads what a source says about keeping its answer (RFC 9111): who may keep it, and for how long.

export type SourceControl = {
  /** `shared`: any cache; `private`: the client's alone; `never`: none. */
  keep: 'shared' | 'private' | 'never';
  /** Seconds for which it is still fresh, for shared caches; undefined if the source does not say. */
  maxAge: number | undefined;
  /** Whether it must not be used after that time. */
  revalidates: boolean;
};

/** Reads `Cache-Control` and `Age`. Directives for single header fields (`private="Set-Cookie"`) do not concern the picture. */
export function readSourceControl(headers: Headers): SourceControl {
  const directives = directivesOf(headers.get('cache-control') ?? '');
  const plain = (name: string): boolean => directives.get(name) === '';
  const seconds = (name: string): number | undefined => {
    const text = directives.get(name) ?? '';
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  };
  const age = Number(/^\d{1,10}$/.exec(headers.get('age')?.trim() ?? '')?.[0] ?? 0);
  const lifetime = plain('no-cache') ? 0 : (seconds('s-maxage') ?? seconds('max-age'));
  return {
    keep: plain('no-store') ? 'never' : plain('private') ? 'private' : 'shared',
    maxAge: lifetime === undefined ? undefined : Math.max(0, lifetime - age),
    revalidates: plain('must-revalidate') || plain('proxy-revalidate') || plain('no-cache'),
  };
}

/** The directives by lower-case name; the first of equals counts. A directive without an argument has the empty text. */
function directivesOf(header: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header.matchAll(
    /([A-Za-z][\w-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+)))?/g,
  )) {
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? bare ?? '');
  }
  return directives;
}
