// Sends a file of the page: 304 if the client has it, and with its length also for HEAD.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import { notModified } from '../caching.ts';
import type { Services } from '../services.ts';

const PAGE_POLICY =
  "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Where the documentation is; rendered pictures in it have names that change with their content. */
const DOCS = '/docs/';
const FOREVER = 'public, max-age=31536000, immutable';

/** Answers with a file of the page; a path that ends with a slash is the `index.html` there. Throws `not_found`. */
export async function sendPageFile(c: Context, services: Services): Promise<Response> {
  const file = await pageFile(new URL(c.req.url).pathname, services);
  if (!file) throw new AppError('not_found', 'there is no such file');
  return sendFile(c, file);
}

/** Answers in place of the documentation while `npm start` builds it; browsers ask again by themselves. */
const BEING_BUILT = {
  retrySeconds: 3,
  text: '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tessera documentation</title><p>The documentation is being built. The first time this takes half a minute; this page reloads until it is there. If it does not appear, <code>npm start</code> has printed the reason.</html>',
};

/**
 * Answers with a file of the documentation; to browsers its page of missing addresses, with status 404. In development 503 while the
 * documentation is not built yet. Throws `not_found`.
 */
export async function sendDocsFile(c: Context, services: Services): Promise<Response> {
  const { pathname } = new URL(c.req.url);
  const file = await pageFile(pathname, services);
  if (file) {
    if (pathname.startsWith(`${DOCS}pictures/`)) file.headers.set('Cache-Control', FOREVER);
    return sendFile(c, file);
  }
  if (services.config.DEVELOPMENT && !(await pageFile(DOCS, services))) return beingBuilt();
  const isPage = c.req.header('accept')?.includes('text/html');
  const missing = isPage ? await pageFile(`${DOCS}404.html`, services) : undefined;
  if (!missing) throw new AppError('not_found', 'there is no such page');
  missing.headers.delete('ETag');
  missing.headers.set('Cache-Control', 'no-store');
  return new Response(missing.body, { status: 404, headers: missing.headers });
}

const beingBuilt = (): Response =>
  new Response(BEING_BUILT.text, {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
      'Cache-Control': 'no-store',
      'Retry-After': String(BEING_BUILT.retrySeconds),
      Refresh: String(BEING_BUILT.retrySeconds),
    },
  });

/** A file of the page with its security policy; undefined if there is none. */
async function pageFile(path: string, { page }: Services): Promise<Response | undefined> {
  const file = await page(path.endsWith('/') ? `${path}index.html` : path);
  if (!file) return undefined;
  const headers = new Headers(file.headers);
  headers.set('Content-Security-Policy', PAGE_POLICY);
  return new Response(file.body, { status: file.status, headers });
}

/** The file with its validator, which is computed if it has none. */
async function sendFile(c: Context, file: Response): Promise<Response> {
  const headers = new Headers(file.headers);
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  const named = headers.get('ETag');
  if (named !== null && isKnown(ifNoneMatch, named)) {
    await file.body?.cancel();
    return notModified(headers);
  }
  if (named !== null && (c.req.method !== 'HEAD' || headers.has('Content-Length'))) {
    return new Response(file.body, { headers });
  }
  // Files of the page are small and come from this project, so they may be read whole.
  const bytes = new Uint8Array(await file.arrayBuffer());
  const tag = named ?? `W/"${(await digestOf(bytes)).slice(0, 32)}"`;
  headers.set('ETag', tag);
  headers.set('Content-Length', String(bytes.byteLength));
  return isKnown(ifNoneMatch, tag) ? notModified(headers) : new Response(bytes, { headers });
}

const isKnown = (ifNoneMatch: string | null, tag: string): boolean =>
  ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, tag);
