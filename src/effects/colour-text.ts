// Colours as hexadecimal digits, and the one spelling of each.

/** 3, 4, 6 or 8 digits as 6 in lower case, or 8 where the colour is not opaque. */
export function canonicalColour(hex: string): string {
  const digits = hex.toLowerCase();
  const long = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return long.length === 8 && long.endsWith('ff') ? long.slice(0, 6) : long;
}
