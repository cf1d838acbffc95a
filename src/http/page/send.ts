// Sends a file of the page: 304 if the client has it, and with its length also for HEAD.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import { notModified } from '../caching.ts';
import type { Services } from '../services.ts';

const PAGE_POLICY =
  "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers with a file of the page; `/` is the page itself. Throws `not_found`. */
export const sendPageFile = async (c: Context, services: Services): Promise<Response> =>
  sendFile(c, await pageFile(c, services));

async function pageFile(c: Context, { page }: Services): Promise<Response> {
  const file = await page(new URL(c.req.url).pathname);
  if (!file) throw new AppError('not_found', 'there is no such file');
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
