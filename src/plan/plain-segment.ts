// Brings a segment to one spelling: tools percent-encode separators, or leave commas inside parentheses as they are.
import { AppError, quoted } from '../errors.ts';

/**
 * The segment with plain separators, and with commas that do not separate percent-encoded: `w%3D50%2Cf%3Dpng` becomes `w=50,f=png`, and
 * `background=rgb(1,2,3)` becomes `background=rgb(1%2C2%2C3)`. A segment that has plain separators is split at these; one without any
 * is decoded first, and so is a pair without a plain `=`. Commas inside parentheses never separate. A segment that was brought to this
 * spelling stays the same. Throws `bad_url` for broken escapes where it decodes.
 */
export function plainSegment(segment: string): string {
  const parts = partsOf(segment);
  if (parts.length > 1 || segment.includes('=')) return parts.map(plainPart).join(',');
  const decoded = decodeText(segment);
  const inner = partsOf(decoded);
  if (inner.length === 1 && !decoded.includes('=')) return segment;
  return inner.map(encodedPart).join(',');
}

/**
 * The segments of a text between two slashes: more than one if a tool percent-encoded a whole plan, as generated API clients do
 * (`w%3D50%2Fpixelate` is `w=50` and `pixelate`). A text with plain separators is one segment. Throws `bad_url` where it decodes.
 */
export function segmentsIn(text: string): string[] {
  if (!/%2F/i.test(text) || /[,=]/.test(text)) return [text];
  return decodeText(text)
    .split('/')
    .filter((segment) => segment !== '');
}

/** Decodes percent-encoded UTF-8. Throws `bad_url`. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('bad_url', `expected percent-encoded UTF-8, got ${quoted(text)}`);
  }
}

function plainPart(part: string): string {
  if (part.includes('=')) return part.replaceAll(',', '%2C');
  const decoded = part.includes('%') ? decodeText(part) : part;
  return decoded.includes('=') ? encodedPart(decoded) : part;
}

/** Percent-encodes what would be read as a separator or as an escape. */
const encodedPart = (text: string): string => text.replace(/[%,]/g, encodeURIComponent);

/** The text between the commas that are outside parentheses; parentheses may be percent-encoded. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const { 0: mark, index } of text.matchAll(/[(),]|%2[89]/gi)) {
    if (mark === '(' || mark === '%28') depth++;
    else if (mark === ')' || mark === '%29') depth = Math.max(0, depth - 1);
    else if (depth === 0) {
      parts.push(text.slice(begin, index));
      begin = index + 1;
    }
  }
  return [...parts, text.slice(begin)];
}
