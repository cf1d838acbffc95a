// Names what a request asks for by a closed set of words, since metrics may not grow with what clients send.

export const routes = [
  'transform',
  'upload',
  'submit',
  'job',
  'events',
  'result',
  'preview',
  'purge',
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

const jobParts = ['events', 'result', 'preview'] as const;

/** The route of a method and a path; `other` for what no route answers, preflights included. */
export function routeOf(method: string, path: string): Route {
  const reads = method === 'GET' || method === 'HEAD';
  if (path.startsWith('/t/')) {
    if (reads) return 'transform';
    return method === 'POST' ? 'upload' : 'other';
  }
  if (path === '/v1/jobs') return method === 'POST' ? 'submit' : 'other';
  if (path === '/v1/cache') return method === 'DELETE' ? 'purge' : 'other';
  if (method === 'DELETE') return /^\/v1\/jobs\/[^/]+$/.test(path) ? 'job' : 'other';
  if (!reads) return 'other';
  if (path.startsWith('/v1/jobs/')) return jobRouteOf(path.split('/').slice(4));
  if (path.startsWith('/page/') || path.startsWith('/samples/')) return 'page';
  return paths.get(path) ?? 'other';
}

function jobRouteOf([part, ...rest]: readonly string[]): Route {
  if (part === undefined) return 'job';
  return (rest.length === 0 && jobParts.find((name) => name === part)) || 'other';
}
