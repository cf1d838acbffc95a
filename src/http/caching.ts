// Cache keys, validators, freshness and 304 responses.
import { digestOf } from '../crypto.ts';

/** Part of every key and validator. Raise it when the same plan and source give other bytes than before. */
export const PIPELINE_VERSION = '11';

/** Key of an answer: canonical plan (with all defaults), canonical sources, negotiated format. */
export const cacheKey = (parts: {
  plan: string;
  sources: readonly string[];
  format: string;
}): Promise<string> =>
  digestOf(JSON.stringify([PIPELINE_VERSION, parts.plan, parts.sources, parts.format]));

/** Weak validator of an answer: its key, and for each source its own validator or the digest of its bytes. */
export async function entityTag(key: string, validators: readonly string[]): Promise<string> {
  return `W/"${(await digestOf(JSON.stringify([key, validators]))).slice(0, 32)}"`;
}

/** `Cache-Control` of a rendered answer; `maxAge` in seconds. */
export const freshness = (maxAge: number): string =>
  `public, max-age=${maxAge}, stale-while-revalidate=86400, stale-if-error=604800`;

/** Headers of an answer with this `Cache-Control`; `negotiated`: its format depends on the Accept header. */
export const cacheHeaders = (
  control: string,
  { negotiated }: { negotiated: boolean },
): Record<string, string> => ({
  'Cache-Control': control,
  ...(negotiated && { Vary: 'Accept' }),
});

const keptInNotModified = [
  'age',
  'content-security-policy',
  'etag',
  'cache-control',
  'vary',
  'cache-status',
  'x-cost',
];

/** 304 for an answer with these headers. */
export function notModified(headers: Headers): Response {
  const kept = [...headers].filter(([name]) => keptInNotModified.includes(name));
  return new Response(null, { status: 304, headers: kept });
}
