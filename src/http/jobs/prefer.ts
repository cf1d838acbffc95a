// Reads how long a client is willing to wait: `Prefer: wait=n` of RFC 7240.

/** The longest that a request is held, in seconds. */
const MAX_WAIT = 60;

/** Seconds to wait, from 0 to 60; `undefined` where the header asks for none, or cannot be read, which RFC 7240 says to ignore. */
export function preferredWait(header: string | null): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? [];
    // The first one of a name binds.
    if (seconds !== undefined) return Math.min(MAX_WAIT, Number(seconds));
  }
  return undefined;
}
