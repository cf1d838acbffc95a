// Colour spaces that files name by code points (ITU-T H.273) or describe by a gamma and chromaticities.
import { srgbToLinear } from '../../srgb.ts';
import type { Chromaticities, CodePoints, Measured } from '../embedded-profile.ts';
import type { Curve } from './curve.ts';
import { matrixOf } from './primaries.ts';
import type { Profile } from './profile.ts';

const D65 = [0.3127, 0.329] as const;
const C = [0.31, 0.316] as const;

const of = (
  white: readonly [number, number],
  [rx, ry, gx, gy, bx, by]: readonly [number, number, number, number, number, number],
): Chromaticities => ({ white, red: [rx, ry], green: [gx, gy], blue: [bx, by] });

const srgbPrimaries = of(D65, [0.64, 0.33, 0.3, 0.6, 0.15, 0.06]);
const smpte170 = of(D65, [0.63, 0.34, 0.31, 0.595, 0.155, 0.07]);

/** By code point; 2 means that nothing is said. */
const primariesByCode: Readonly<Record<number, Chromaticities>> = {
  1: srgbPrimaries,
  2: srgbPrimaries,
  4: of(C, [0.67, 0.33, 0.21, 0.71, 0.14, 0.08]),
  5: of(D65, [0.64, 0.33, 0.29, 0.6, 0.15, 0.06]),
  6: smpte170,
  7: smpte170,
  9: of(D65, [0.708, 0.292, 0.17, 0.797, 0.131, 0.046]),
  11: of([0.314, 0.351], [0.68, 0.32, 0.265, 0.69, 0.15, 0.06]),
  12: of(D65, [0.68, 0.32, 0.265, 0.69, 0.15, 0.06]),
  22: of(D65, [0.63, 0.34, 0.295, 0.605, 0.155, 0.077]),
};

/** Light of the brightest white of HLG, and of diffuse white (ITU-R BT.2408), in candela per square metre. */
const PEAK = 1000;
const DIFFUSE_WHITE = 203;
/** Light above this share of diffuse white is compressed, so that the peak becomes white. */
const KNEE = 0.7;

/** Light relative to diffuse white, made to fit 0…1: as it is in the dark, with ever less contrast above the knee. */
function toned(light: number): number {
  if (light <= KNEE) return light;
  const room = 1 - KNEE;
  const over = (light - KNEE) / room;
  const most = (PEAK / DIFFUSE_WHITE - KNEE) / room;
  return Math.min(1, KNEE + (room * over * (1 + over / most ** 2)) / (1 + over));
}

/** Perceptual quantiser (SMPTE ST 2084) to candela per square metre. */
function pqLight(value: number): number {
  const root = value ** (1 / 78.84375);
  const ratio = Math.max(0, root - 0.8359375) / (18.8515625 - 18.6875 * root);
  return 10_000 * ratio ** (1 / 0.1593017578125);
}

/** Hybrid log-gamma (ARIB STD-B67) to the light of a display with its peak at 1, in candela per square metre. */
function hlgLight(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
  return PEAK * scene ** 1.2;
}

const power =
  (exponent: number): Curve =>
  (value) =>
    value ** exponent;

/** By code point. The curves for video are taken with the inverse curve of sRGB, as browsers do. */
const transferByCode: Readonly<Record<number, Curve>> = {
  1: srgbToLinear,
  2: srgbToLinear,
  4: power(2.2),
  5: power(2.8),
  6: srgbToLinear,
  8: (value) => value,
  13: srgbToLinear,
  14: srgbToLinear,
  15: srgbToLinear,
  16: (value) => toned(pqLight(value) / DIFFUSE_WHITE),
  18: (value) => toned(hlgLight(value) / DIFFUSE_WHITE),
};

/** The profile that code points name; undefined for unknown ones. */
export function profileOfCodes({ primaries, transfer }: CodePoints): Profile | undefined {
  const chromaticities = primariesByCode[primaries];
  const curve = transferByCode[transfer];
  const toXyz = chromaticities && matrixOf(chromaticities);
  return toXyz && curve && { toXyz, curves: [curve, curve, curve] };
}

/** Gammas that programs write for pictures in sRGB. */
const isNominal = (gamma: number): boolean => Math.abs(1 / gamma - 2.2) < 0.03;

/** The profile that a gamma and chromaticities describe; undefined if they are impossible. */
export function profileOfMeasures({ gamma, chromaticities }: Measured): Profile | undefined {
  const toXyz = matrixOf(chromaticities ?? srgbPrimaries);
  const isSrgb = gamma === undefined || (isNominal(gamma) && isNearSrgb(chromaticities));
  const curve = isSrgb ? srgbToLinear : power(1 / gamma);
  return toXyz && { toXyz, curves: [curve, curve, curve] };
}

function isNearSrgb(chromaticities: Chromaticities | undefined): boolean {
  if (!chromaticities) return true;
  return (['white', 'red', 'green', 'blue'] as const).every((name) =>
    chromaticities[name].every((value, i) => Math.abs(value - srgbPrimaries[name][i]!) < 0.005),
  );
}
