// Reads colours as CSS writes them.
import { cssColourNames } from './css-colour-names.ts';

/** Longest text that is read, in characters. */
export const MAX_COLOUR_TEXT = 64;

const HEX = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
/** `rgb(255, 0, 0)`, `rgba(255 0 0 / 50%)`, and, as Cloudflare's documentation writes it, `rgba(255 0 0 1)`. */
const RGB = /^rgba?\(\s*([^()]*?)\s*\)$/;
const SEPARATOR = /\s*[,/]\s*|\s+/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(%?)$/;

/**
 * The colour as 6 lower-case hexadecimal digits, or as 8 if it is not opaque: from 3, 4, 6 or 8 digits with or without `#`, a name,
 * `transparent`, `rgb()` or `rgba()`. Numbers out of range count as the nearest in range, as in CSS. Undefined for other texts.
 */
export function cssColour(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'transparent') return '00000000';
  const hex = HEX.exec(plain)?.[1];
  if (hex !== undefined) return canonicalColour(hex);
  return cssColourNames.get(plain) ?? rgbColour(plain);
}

/** A colour of 3, 4, 6 or 8 hexadecimal digits as 6 lower-case ones, or as 8 if it is not opaque. */
export function canonicalColour(hex: string): string {
  const digits = hex.toLowerCase();
  const long = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return long.length === 8 && long.endsWith('ff') ? long.slice(0, 6) : long;
}

function rgbColour(text: string): string | undefined {
  const [, inside] = RGB.exec(text) ?? [];
  const parts = inside?.split(SEPARATOR) ?? [];
  if (parts.length < 3 || parts.length > 4 || !parts.every((part) => NUMBER.test(part))) {
    return undefined;
  }
  const [r, g, b, a = '1'] = parts as [string, string, string, string?];
  const channels = [r, g, b].map((part) => byteOf(part, 255));
  return canonicalColour([...channels, byteOf(a, 1)].map(hexOfByte).join(''));
}

/** The byte of a number from 0 to `whole`, or of a percentage. */
function byteOf(text: string, whole: number): number {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text) / whole;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

const hexOfByte = (byte: number): string => byte.toString(16).padStart(2, '0');
