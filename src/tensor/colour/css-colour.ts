// Reads colours as CSS writes them.
import { cssColourNames } from './css-colour-names.ts';
import { colourOfFunction } from './css-functions.ts';

/** Longest text that is read, in characters. */
export const MAX_COLOUR_TEXT = 64;

const HEX = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
/**
 * The colour as 6 lower-case hexadecimal digits, or as 8 if it is not opaque: from 3, 4, 6 or 8 digits with or without `#`, a name,
 * `transparent`, or a function as `colourOfFunction` reads. Numbers out of range count as the nearest in range, as in CSS. Undefined for
 * other texts.
 */
export function cssColour(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'transparent') return '00000000';
  const hex = HEX.exec(plain)?.[1];
  if (hex !== undefined) return canonicalColour(hex);
  const named = cssColourNames.get(plain);
  if (named !== undefined) return named;
  const channels = colourOfFunction(plain);
  return channels && canonicalColour(channels.map(hexOfByte).join(''));
}

/** A colour of 3, 4, 6 or 8 hexadecimal digits as 6 lower-case ones, or as 8 if it is not opaque. */
export function canonicalColour(hex: string): string {
  const digits = hex.toLowerCase();
  const long = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return long.length === 8 && long.endsWith('ff') ? long.slice(0, 6) : long;
}

const hexOfByte = (byte: number): string => byte.toString(16).padStart(2, '0');
