// Checks of the numbers and names that the client's helpers take.
import { paramError, quoted } from '../errors.ts';
import { pictureFormats } from './generated/catalogue.ts';

/** Largest side of a result, in pixels. */
export const MOST_SIDE = 12_000;

export type PictureFormat = (typeof pictureFormats)[number];

/** Throws `bad_option` unless it is a list of ascending numbers from 1 to `most`. */
export function checkList(
  list: readonly number[],
  { param, most, whole = false }: { param: string; most: number; whole?: boolean },
): void {
  const fits = (value: number, i: number): boolean =>
    value >= 1 &&
    value <= most &&
    (!whole || Number.isInteger(value)) &&
    (i === 0 || value > list[i - 1]!);
  if (list.length > 0 && list.every(fits)) return;
  const expected = `${whole ? 'whole ' : ''}numbers from 1 to ${most}, ascending`;
  throw paramError({ param, expected, got: quoted(list.join()) });
}

/** A number, or its text, rounded to a whole one from 1 to `most`. Throws `bad_option`. */
export function wholeNumber(
  value: number | string,
  { param, most }: { param: string; most: number },
): number {
  const number = Math.round(Number(value));
  if (number >= 1 && number <= most) return number;
  throw paramError({ param, expected: `a number from 1 to ${most}`, got: quoted(String(value)) });
}

/** Throws `bad_option` unless it is the name of a picture format; `jpg` is `jpeg`. */
export function formatNamed(format: string): PictureFormat {
  const found = pictureFormats.find((each) => each === (format === 'jpg' ? 'jpeg' : format));
  if (found) return found;
  throw paramError({ param: 'format', expected: pictureFormats.join(', '), got: quoted(format) });
}
