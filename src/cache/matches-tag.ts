// Compares validators of conditional requests.

/** Whether an `If-None-Match` header names this validator (weak comparison, RFC 9110 section 13.1.2). The caller handles `*`. */
export function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  const opaque = (t: string): string => t.trim().replace(/^W\//, '');
  return header.split(',').some((candidate) => opaque(candidate) === opaque(tag));
}
