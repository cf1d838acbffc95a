// How long an answer may be used according to its Cache-Control (RFC 9111, RFC 5861).

/** The directives of a Cache-Control, in seconds. */
export type Freshness = { maxAge: number; staleWhileRevalidate: number; staleIfError: number };

/** `fresh`; `stale`: used at once and renewed; `last`: used only if renewing it fails; `expired`: not used. */
export type State = 'fresh' | 'stale' | 'last' | 'expired';

const NAMES = ['max-age', 'stale-while-revalidate', 'stale-if-error'] as const;

/** Reads a Cache-Control; missing directives are 0. */
export function readFreshness(control: string): Freshness {
  const [maxAge = 0, staleWhileRevalidate = 0, staleIfError = 0] = NAMES.map((name) =>
    Number(new RegExp(`(?:^|[\\s,])${name}=(\\d{1,10})(?![^\\s,])`, 'i').exec(control)?.[1] ?? 0),
  );
  return { maxAge, staleWhileRevalidate, staleIfError };
}

/** Seconds for which an answer may be used at all. */
export const lifeOf = ({ maxAge, staleWhileRevalidate, staleIfError }: Freshness): number =>
  maxAge + Math.max(staleWhileRevalidate, staleIfError);

/** State of an answer of this age, in seconds. */
export function stateOf(freshness: Freshness, age: number): State {
  const { maxAge, staleWhileRevalidate } = freshness;
  if (age < maxAge) return 'fresh';
  if (age < maxAge + staleWhileRevalidate) return 'stale';
  return age < lifeOf(freshness) ? 'last' : 'expired';
}
