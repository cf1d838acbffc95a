// Parameter schemas that several effects share: colours and further images.
import * as z from 'zod';

/** A further image: `asset:<name>` or `b64:<base64url of any source>`. */
export const imageParam = () =>
  z
    .string()
    .max(4096)
    .regex(/^[^~]+$/)
    .meta({ format: 'source' });

/** One to `most` further images, joined by `~`. */
export const imagesParam = (most: number) =>
  z
    .string()
    .max(4096 * most)
    .regex(new RegExp(`^[^~]+(?:~[^~]+){0,${most - 1}}$`))
    .meta({ format: 'sources', most });

// What is transformed takes its default by `prefault`: JSON Schema leaves out a default that is set behind a transform.

/** A colour as 3, 4, 6 or 8 hexadecimal digits, without `#`. */
export const colourParam = () =>
  z
    .string()
    .toLowerCase()
    .regex(/^(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/)
    .transform(canonicalColour)
    .meta({ format: 'hex colour' });

/** A colour as 3 or 6 hexadecimal digits, without `#` and without alpha. */
export const opaqueColourParam = () =>
  z
    .string()
    .toLowerCase()
    .regex(/^(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)
    .transform(canonicalColour)
    .meta({ format: 'a colour as 3 or 6 hexadecimal digits' });

/** A colour of 3, 4, 6 or 8 hexadecimal digits as 6 lower-case ones, or as 8 if it is not opaque. */
export function canonicalColour(hex: string): string {
  const digits = hex.toLowerCase();
  const long = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return long.length === 8 && long.endsWith('ff') ? long.slice(0, 6) : long;
}
