// Reads colour profiles of three primaries and three tone curves, as cameras and displays have them (ICC.1:2010, and version 2).
import { srgbToLinear } from '../../srgb.ts';
import { fourCc, viewOf } from '../bytes.ts';
import { type Curve, readCurve } from './curve.ts';

/** How the three channels of a picture become a colour. */
export type Profile = {
  /** Row-major 3×3 matrix from linear light of the channels to XYZ relative to D50. */
  toXyz: readonly number[];
  /** The tone curves of red, green and blue. */
  curves: readonly [Curve, Curve, Curve];
};

const HEADER_BYTES = 128;
const NEWEST_VERSION = 4;
/** Most tags that are read; real profiles have about twenty. */
const MAX_TAGS = 256;
/** Largest absolute value of an XYZ coordinate in a profile. */
const MAX_XYZ = 2;
const channels = ['r', 'g', 'b'] as const;

/**
 * The profile; undefined if it is broken, or of a kind that counts as sRGB here: for other colours than RGB, or with tables instead of
 * primaries. Never throws.
 */
export function readProfile(icc: Uint8Array): Profile | undefined {
  const view = viewOf(icc);
  if (icc.length < HEADER_BYTES + 4 || view.getUint32(0) > icc.length) return undefined;
  const usable =
    view.getUint8(8) <= NEWEST_VERSION &&
    view.getUint32(16) === fourCc('RGB ') &&
    view.getUint32(20) === fourCc('XYZ ') &&
    view.getUint32(36) === fourCc('acsp');
  if (!usable) return undefined;
  const tags = readTags(view);
  const columns = channels.map((channel) => readXyz(tags.get(fourCc(`${channel}XYZ`))));
  const [red, green, blue] = channels.map((channel) => {
    const tag = tags.get(fourCc(`${channel}TRC`));
    return tag && readCurve(tag);
  });
  if (!red || !green || !blue) return undefined;
  const toXyz = [0, 1, 2].flatMap((row) => columns.map((column) => column?.[row] ?? 0));
  // Linearly dependent or missing primaries would make every picture black or of one hue.
  return Math.abs(determinant(toXyz)) < 1e-3 ? undefined : { toXyz, curves: [red, green, blue] };
}

function readTags(view: DataView): Map<number, DataView> {
  const tags = new Map<number, DataView>();
  const count = Math.min(view.getUint32(HEADER_BYTES), MAX_TAGS);
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + 12 * i;
    if (entry + 12 > view.byteLength) break;
    const start = view.getUint32(entry + 4);
    const size = view.getUint32(entry + 8);
    if (start + size > view.byteLength) continue;
    tags.set(view.getUint32(entry), new DataView(view.buffer, view.byteOffset + start, size));
  }
  return tags;
}

function readXyz(tag: DataView | undefined): number[] | undefined {
  if (!tag || tag.byteLength < 20 || tag.getUint32(0) !== fourCc('XYZ ')) return undefined;
  const xyz = [8, 12, 16].map((at) => tag.getInt32(at) / 65536);
  return xyz.every((value) => Math.abs(value) <= MAX_XYZ) ? xyz : undefined;
}

function determinant(m: readonly number[]): number {
  const minor = (a: number, b: number) => m[3 + a]! * m[6 + b]! - m[3 + b]! * m[6 + a]!;
  return m[0]! * minor(1, 2) - m[1]! * minor(0, 2) + m[2]! * minor(0, 1);
}

/** The profile for files that name Display P3 by its code points instead of carrying a profile. */
export const displayP3: Profile = {
  toXyz: [
    0.5151187, 0.2919778, 0.1571035, 0.2411892, 0.6922441, 0.0665668, -0.0010505, 0.0418791,
    0.7840713,
  ],
  curves: [srgbToLinear, srgbToLinear, srgbToLinear],
};
