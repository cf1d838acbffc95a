// A cache as Cloudflare puts in front of an entrypoint of a Worker, as its documentation says (Workers Cache, July to November 2026): the key
// is the path with its query, `Vary` is compared verbatim, tags purge, and requests at the same time are collapsed.
import { readFreshness } from '../../../src/cache/freshness.ts';
import type { RenderedAnswers } from '../../../src/http/transform/rendered.ts';

type Stored = {
  body: ArrayBuffer;
  headers: [string, string][];
  at: number;
  maxAge: number;
  tags: string[];
};

/** Makes the cache; `date` in milliseconds since 1970. */
export function createPlatformCache(date: () => number) {
  const stored = new Map<string, Stored>();
  const flights = new Map<string, Promise<unknown>>();
  const counts = { rendered: 0, purges: [] as string[][] };

  const inFront =
    (
      entrypoint: (request: Request, context: unknown) => Promise<Response>,
    ): RenderedAnswers['fetch'] =>
    async (request, context) => {
      const { pathname, search } = new URL(request.url);
      const base = `${pathname}${search}`;
      const found = [...stored].find(
        ([key, { headers }]) => key === keyOf(base, headers, request),
      )?.[1];
      if (found && date() - found.at < 1000 * found.maxAge) return answer(found, 'HIT', date());
      const flight = flights.get(base);
      if (flight) {
        await flight;
        return inFront(entrypoint)(request, context);
      }
      const work = (async () => {
        counts.rendered++;
        const response = await entrypoint(request, context);
        return keep(base, request, response);
      })();
      flights.set(base, work);
      try {
        return await work;
      } finally {
        flights.delete(base);
      }
    };

  async function keep(base: string, request: Request, response: Response): Promise<Response> {
    const { headers, status } = response;
    const control = headers.get('Cloudflare-CDN-Cache-Control') ?? headers.get('Cache-Control');
    // Without directives the platform guesses.
    const maxAge =
      control === null ? 180 : /no-store|private/.test(control) ? 0 : readFreshness(control).maxAge;
    if (maxAge === 0 || status === 206) return marked(response, 'BYPASS');
    const body = await response.clone().arrayBuffer();
    const all = [...headers];
    const tags = (headers.get('Cache-Tag') ?? '').toLowerCase().split(',');
    stored.set(keyOf(base, all, request), { body, headers: all, at: date(), maxAge, tags });
    return marked(response, 'MISS');
  }

  return {
    stored,
    counts,
    inFront: (
      entrypoint: (request: Request, context: unknown) => Promise<Response>,
    ): RenderedAnswers => ({
      fetch: inFront(entrypoint),
      async purge(tags) {
        counts.purges.push([...tags]);
        for (const [key, entry] of stored)
          if (entry.tags.some((tag) => tags.includes(tag))) stored.delete(key);
      },
    }),
  };
}

function keyOf(base: string, headers: [string, string][], request: Request): string {
  const [, vary = ''] = headers.find(([name]) => name.toLowerCase() === 'vary') ?? [];
  const names = vary.split(',').filter((name) => name !== '');
  return [base, ...names.map((name) => request.headers.get(name.trim()) ?? '')].join('\n');
}

function answer({ body, headers, at }: Stored, status: string, now: number): Response {
  const response = new Response(body, { headers });
  response.headers.set('Age', String(Math.floor((now - at) / 1000)));
  return marked(response, status);
}

/** The platform strips the tags. */
function marked({ body, status, headers }: Response, cacheStatus: string): Response {
  const all = new Headers(headers);
  all.delete('Cache-Tag');
  all.set('CF-Cache-Status', cacheStatus);
  return new Response(body, { status, headers: all });
}
