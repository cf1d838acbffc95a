// Parameter schemas that several effects share: colours and further images.
import * as z from 'zod';
import { cssColour, MAX_COLOUR_TEXT } from '../tensor/colour/css-colour.ts';

/** A further image: `asset:<name>` or `b64:<base64url of any source>`. */
export const imageParam = () =>
  z
    .string()
    .max(4096)
    .regex(/^[^~]+$/)
    .meta({ format: 'source' });

/** One to `most` further images, joined by `~`; a name of `names` stands for none: the effect knows what it means. */
export const imagesParam = (most: number, names?: readonly string[]) =>
  z
    .string()
    .max(4096 * most)
    .regex(new RegExp(`^[^~]+(?:~[^~]+){0,${most - 1}}$`))
    .meta({ format: 'sources', most, ...(names && { names }) });

// What is transformed takes its default by `prefault`: JSON Schema leaves out a default that is set behind a transform.

/** A colour of CSS; becomes 6 hexadecimal digits, or 8 if it is not opaque. */
export const colourParam = () => readColour(() => true).meta({ format: 'colour' });

/** A colour of CSS without alpha; becomes 6 hexadecimal digits. */
export const opaqueColourParam = () =>
  readColour((hex) => hex.length === 6).meta({ format: 'opaque colour' });

const readColour = (fits: (hex: string) => boolean) =>
  z
    .string()
    .max(MAX_COLOUR_TEXT)
    .refine((text) => {
      const hex = cssColour(text);
      return hex !== undefined && fits(hex);
    })
    .transform((text) => cssColour(text)!);
