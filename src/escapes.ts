// One spelling for percent-encoded text.

/** Escapes of unreserved characters (RFC 3986) decoded, hexadecimal digits of the others in capitals; anything else stays. */
export function canonicalEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
}

/** Text as it stands in a value of a transform URL, percent-encoded but for what is clearer as it is. */
export const escapeValue = (text: string): string =>
  encodeURIComponent(text).replaceAll('%3A', ':');
