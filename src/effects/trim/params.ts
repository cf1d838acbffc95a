// The parameters of `trim`, their check, and their canonical form.
import * as z from 'zod';
import { type AppError, paramError } from '../../errors.ts';
import type { ParamsOf } from '../effect.ts';
import { colourParam } from '../params.ts';
import { DEFAULT_TOLERANCE } from './border.ts';
import { atDensity, LENGTH, readSides, writeSides } from './sides.ts';

/** JSON Schema of numbers that are refused as lengths: pixels and a part of one. */
const BROKEN = { minimum: 1, not: { multipleOf: 1 } };

const length = (description: string, isSize = false) =>
  z
    .number()
    .min(0)
    .max(99_999)
    .refine((value) => (value < 1 || Number.isInteger(value)) && !(isSize && value === 0))
    .optional()
    .describe(description)
    .meta({
      format: 'a whole number of pixels, or a fraction below 1',
      not: isSize ? { anyOf: [BROKEN, { const: 0 }] } : BROKEN,
      unit: 'px',
      ui: { max: 400, rare: true },
    });

export const trimParams = {
  trim: z
    .string()
    .regex(new RegExp(`^(?:border|${LENGTH}(?:[;~]${LENGTH}){3})$`))
    .optional()
    .describe(
      'border: rows and columns of the colour that most corners have, or transparent; four lengths: off the top, right, bottom and left, joined by ~ or ;, as pixels or as fractions.',
    )
    .meta({ format: 'border or four lengths like 10~20~10~20', unit: 'px' }),
  'trim.top': length('Off the top; as the first of the four lengths.'),
  'trim.right': length('Off the right side.'),
  'trim.bottom': length('Off the bottom.'),
  'trim.left': length('Off the left side.'),
  'trim.width': length('Width of what remains, from its left edge.', true),
  'trim.height': length('Height of what remains, from its top edge.', true),
  'trim.border.color': colourParam()
    .optional()
    .describe('Colour of the border, instead of that of the corners.')
    .meta({ ui: { rare: true } }),
  'trim.border.tolerance': z
    .int()
    .min(0)
    .max(255)
    .optional()
    .describe(
      `Largest difference from the border's colour in any channel: 0 for exactly this colour; ${DEFAULT_TOLERANCE} unless given. A border that changes slowly is followed to twice as many levels.`,
    )
    .meta({ unit: 'levels', ui: { min: 0, max: 60, rare: true } }),
  'trim.border.keep': z
    .int()
    .min(0)
    .max(12_000)
    .optional()
    .describe('How much of the border stays.')
    .meta({ unit: 'px', ui: { max: 60, rare: true } }),
};

export type TrimParams = ParamsOf<typeof trimParams>;

const sideNames = ['trim.top', 'trim.right', 'trim.bottom', 'trim.left'] as const;
const lengthNames = [...sideNames, 'trim.width', 'trim.height'] as const;
const borderNames = ['trim.border.color', 'trim.border.tolerance', 'trim.border.keep'] as const;

/** The error for a border and lengths at once, or for a side that is given twice. */
export function checkTrim(given: TrimParams): AppError | undefined {
  const among = (names: readonly (keyof TrimParams)[]) =>
    names.find((name) => given[name] !== undefined);
  const hasFour = given.trim !== undefined && given.trim !== 'border';
  const twice = hasFour ? among(sideNames) : undefined;
  if (twice) return paramError({ param: twice, expected: 'each side once', got: 'it in trim too' });
  const border = given.trim === 'border' ? 'trim' : among(borderNames);
  const lengths = hasFour ? 'trim' : among(lengthNames);
  if (border === undefined || lengths === undefined) return undefined;
  const param = border === 'trim' ? lengths : border;
  return paramError({ param, expected: 'either a border or lengths', got: 'both' });
}

/** The parameters without those of a border. */
export function withoutBorder(given: TrimParams): TrimParams {
  const none = { ...given };
  for (const name of borderNames) none[name] = undefined;
  return none;
}

/** One form for every spelling: `border` with what differs from the defaults, or four lengths; pixels are multiplied by `dpr`. */
export function canonicalTrim(given: TrimParams, dpr: number): TrimParams {
  const none = withoutBorder(given);
  for (const name of lengthNames) none[name] = undefined;
  if (given.trim === 'border' || borderNames.some((name) => given[name] !== undefined)) {
    const tolerance = given['trim.border.tolerance'];
    const keep = Math.round((given['trim.border.keep'] ?? 0) * dpr);
    return {
      ...none,
      trim: 'border',
      'trim.border.color': given['trim.border.color'],
      'trim.border.tolerance': tolerance === DEFAULT_TOLERANCE ? undefined : tolerance,
      'trim.border.keep': keep === 0 ? undefined : keep,
    };
  }
  const four = given.trim === undefined ? undefined : readSides(given.trim);
  const at = (value = 0): number => atDensity(value, dpr);
  const [width, height] = [given['trim.width'], given['trim.height']];
  return {
    ...none,
    trim: writeSides({
      top: at(four?.top ?? given['trim.top']),
      right: at(four?.right ?? given['trim.right']),
      bottom: at(four?.bottom ?? given['trim.bottom']),
      left: at(four?.left ?? given['trim.left']),
    }),
    'trim.width': width === undefined ? undefined : at(width),
    'trim.height': height === undefined ? undefined : at(height),
  };
}
