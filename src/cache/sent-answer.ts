// Prepares a stored answer for sending: adds its age and the Cache-Status header.
import type { Answered } from './answer-types.ts';
import { type CacheStatus, cacheStatus } from './cache-status.ts';
import type { Found } from './stored-answers.ts';

export type Answer = Extract<Answered<never>, { kind: 'answer' }>;

/** A stored answer with the headers to send. */
export function fromStore(
  { body, headers, age, ttl }: Found,
  status: { hit: true } | Omit<Extract<CacheStatus, { forwarded: string }>, 'ttl'>,
): Answer {
  const more = { Age: String(age), 'Cache-Status': cacheStatus({ ...status, ttl }) };
  return { kind: 'answer', from: 'store', body, headers: withHeaders(headers, more) };
}

/** A copy of the headers with `more` set. */
export function withHeaders(headers: Headers, more: Record<string, string>): Headers {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(more)) all.set(name, value);
  return all;
}
