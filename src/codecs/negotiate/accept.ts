// Reads an Accept header (RFC 9110, section 12.5.1): how much a client wants a media type.

type Range = { type: string; q: number };

/** `type/subtype`, where a range may have `*` for one or both. */
const MEDIA_RANGE = /^(\*\/\*|[\w!#$%&'+.^`|~-]+\/(?:\*|[\w!#$%&'+.^`|~-]+))$/;
const WEIGHT = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

/**
 * The media ranges of an Accept header in lower case, each with its weight 0…1 (1 where none is
 * given). Elements that break the grammar are passed over.
 */
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
 * The weight that the ranges give to exactly `type`, ranges like `image/*` included where
 * `wildcards` is true; undefined where none names it. The most specific range decides, and of
 * equal ones the lowest weight.
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
