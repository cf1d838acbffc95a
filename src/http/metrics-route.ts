// Names what a request asks for by a closed set of words, since metrics may not grow with what clients send.

export const routes = [
  'transform',
  'upload',
  'effects',
  'openapi',
  'health',
  'metrics',
  'page',
  'other',
] as const;

export type Route = (typeof routes)[number];

const paths = new Map<string, Route>([
  ['/v1/effects', 'effects'],
  ['/openapi.json', 'openapi'],
  ['/health', 'health'],
  ['/metrics', 'metrics'],
  ['/', 'page'],
]);

/** The route of a method and a path; `other` for what no route answers, preflights included. */
export function routeOf(method: string, path: string): Route {
  const reads = method === 'GET' || method === 'HEAD';
  if (path.startsWith('/t/')) {
    if (reads) return 'transform';
    return method === 'POST' ? 'upload' : 'other';
  }
  if (!reads) return 'other';
  if (path.startsWith('/page/') || path.startsWith('/samples/')) return 'page';
  return paths.get(path) ?? 'other';
}
