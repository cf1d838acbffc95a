// Reads the position of CSS' `object-position` as Tessera's gravity.
import { paramError, quoted } from '../../errors.ts';

const ACROSS: Readonly<Record<string, string>> = { left: '0', center: '0.5', right: '1' };
const DOWN: Readonly<Record<string, string>> = { top: '0', center: '0.5', bottom: '1' };

/**
 * The part that cropping keeps, as fractions of width and height, for words and percentages such as `left top` and `30% 20%`; what
 * Tessera itself knows (`auto`, `0.3x0.2`) stays. Throws `bad_option`.
 */
export function gravityOf(position: string): string {
  const words = position
    .trim()
    .toLowerCase()
    .split(/[\s-]+/);
  if (words.length === 1 && /^(?:auto|face|[\d.]+x[\d.]+)$/.test(words[0]!)) return words[0]!;
  const [first = '', second = 'center'] = words;
  const turned = first in DOWN && !(first in ACROSS) ? [second, first] : [first, second];
  const x = fraction(turned[0]!, ACROSS);
  const y = fraction(turned[1]!, DOWN);
  if (words.length <= 2 && x !== undefined && y !== undefined) return `${x}x${y}`;
  const expected = 'words and percentages of object-position, such as left top or 30% 20%';
  throw paramError({ param: 'position', expected, got: quoted(position) });
}

function fraction(word: string, names: Readonly<Record<string, string>>): string | undefined {
  if (Object.hasOwn(names, word)) return names[word];
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(word) ?? [];
  const share = Number(percent) / 100;
  return share <= 1 ? String(share) : undefined;
}
