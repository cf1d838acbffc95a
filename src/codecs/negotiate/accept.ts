// Reads an Accept header (RFC 9110, section 12.5.1): the weight that a client gives to each media type.

type Range = { type: string; q: number };

/** `type/subtype`, in which the subtype or both may be `*`. */
const MEDIA_RANGE = /^(\*\/\*|[\w!#$%&'+.^`|~-]+\/(?:\*|[\w!#$%&'+.^`|~-]+))$/;
const WEIGHT = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

/** The media ranges of an Accept header in lower case, each with its weight, 0…1 (default: 1). Elements that break the grammar are ignored. */
export function parseAccept(header: string): Range[] {
  const ranges: Range[] = [];
  for (const element of header.split(',')) {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    if (!MEDIA_RANGE.test(range)) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    if (WEIGHT.test(weight)) ranges.push({ type: range, q: Number(weight) });
  }
  return ranges;
}

/**
 * The weight that the ranges give to `type`; undefined if none matches. Ranges such as `image/*` count only if `wildcards` is true. The
 * most specific range decides, and of equal ranges the lowest weight.
 */
export function weightOf(
  ranges: Range[],
  type: string,
  { wildcards }: { wildcards: boolean },
): number | undefined {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const wanted of wildcards ? [type, family, '*/*'] : [type]) {
    const weights = ranges.filter((range) => range.type === wanted).map((range) => range.q);
    if (weights.length > 0) return weights.reduce((least, q) => Math.min(least, q));
  }
  return undefined;
}
