// Reads how long a client is willing to wait: `Prefer: wait=n` of RFC 7240.

/** Longest wait of a request, in seconds. */
const MAX_WAIT = 60;

/** Seconds to wait, from 0 to 60; `undefined` if the header has no `wait` or is malformed, which RFC 7240 says to ignore. */
export function preferredWait(header: string | null): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? [];
    // If a preference is repeated, the first one counts.
    if (seconds !== undefined) return Math.min(MAX_WAIT, Number(seconds));
  }
  return undefined;
}
