// How long an answer may be used, by its own Cache-Control (RFC 9111, RFC 5861).

/** Spans in seconds from when the answer was made. */
export type Freshness = { maxAge: number; staleWhileRevalidate: number; staleIfError: number };

/** `fresh`; `stale`: to be used at once and made anew; `last`: to be used where making it anew fails; `over`: not to be used. */
export type State = 'fresh' | 'stale' | 'last' | 'over';

const NAMES = ['max-age', 'stale-while-revalidate', 'stale-if-error'] as const;

/** Reads a Cache-Control; what it does not say is 0. */
export function readFreshness(control: string): Freshness {
  const [maxAge = 0, staleWhileRevalidate = 0, staleIfError = 0] = NAMES.map((name) =>
    Number(new RegExp(`(?:^|[\\s,])${name}=(\\d{1,10})(?![^\\s,])`, 'i').exec(control)?.[1] ?? 0),
  );
  return { maxAge, staleWhileRevalidate, staleIfError };
}

/** Seconds after which an answer has no use. */
export const lifeOf = ({ maxAge, staleWhileRevalidate, staleIfError }: Freshness): number =>
  maxAge + Math.max(staleWhileRevalidate, staleIfError);

/** What an answer of that age, in seconds, may be used for. */
export function stateOf(freshness: Freshness, age: number): State {
  const { maxAge, staleWhileRevalidate } = freshness;
  if (age < maxAge) return 'fresh';
  if (age < maxAge + staleWhileRevalidate) return 'stale';
  return age < lifeOf(freshness) ? 'last' : 'over';
}
