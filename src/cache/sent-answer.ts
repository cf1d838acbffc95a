// Answers as they are sent: the stored one with its age, and what the Cache-Status header says of it.
import type { Answered } from './answer-types.ts';
import { type CacheStatus, cacheStatus } from './cache-status.ts';
import type { Found } from './stored-answers.ts';

export type Answer = Extract<Answered<never>, { kind: 'answer' }>;

/** A stored answer as it is sent. */
export function fromStore(
  { body, headers, age, ttl }: Found,
  status: { hit: true } | Omit<Extract<CacheStatus, { forwarded: string }>, 'ttl'>,
): Answer {
  const more = { Age: String(age), 'Cache-Status': cacheStatus({ ...status, ttl }) };
  return { kind: 'answer', from: 'store', body, headers: withHeaders(headers, more) };
}

/** The headers, some of them set anew. */
export function withHeaders(headers: Headers, more: Record<string, string>): Headers {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(more)) all.set(name, value);
  return all;
}
