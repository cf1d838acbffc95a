// Sends a file of the page: 304 to those who have it, and its length also to those who ask for its headers alone.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { digestOf } from '../../crypto.ts';
import { notModified } from '../caching.ts';

/** The file with its validator, made where it has none. */
export async function sendPage(c: Context, file: Response): Promise<Response> {
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
  // Files of the page are small, and none of them is anyone's upload.
  const bytes = new Uint8Array(await file.arrayBuffer());
  const tag = named ?? `W/"${(await digestOf(bytes)).slice(0, 32)}"`;
  headers.set('ETag', tag);
  headers.set('Content-Length', String(bytes.byteLength));
  return isKnown(ifNoneMatch, tag) ? notModified(headers) : new Response(bytes, { headers });
}

const isKnown = (ifNoneMatch: string | null, tag: string): boolean =>
  ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, tag);
