// Reads colour profiles of tone curves: three with primaries, as cameras and displays have them, or one for grey (ICC.1:2010, and version 2).
import { fourCc } from '../bytes.ts';
import { lightOfLightness } from './connection.ts';
import { type Curve, readCurve } from './curve.ts';
import { determinant } from './primaries.ts';
import { type IccTags, readTags } from './tags.ts';

/** How the three channels of a picture become a colour. */
export type Profile = {
  /** Row-major 3×3 matrix from linear light of the channels to XYZ relative to D50. */
  toXyz: readonly number[];
  /** The tone curves of red, green and blue. */
  curves: readonly [Curve, Curve, Curve];
};

/** Largest absolute value of an XYZ coordinate in a profile. */
const MAX_XYZ = 2;
const channels = ['r', 'g', 'b'] as const;

/** The matrix of sRGB, with which equal channels are grey. */
const greyToXyz = [
  0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733,
];

/**
 * The profile; undefined if it is broken, or of a kind that this cannot read: for other colours than RGB and grey, or with tables instead
 * of curves. Never throws.
 */
export function readProfile(icc: Uint8Array): Profile | undefined {
  const tags = readTags(icc);
  if (tags?.space === fourCc('GRAY')) return readGrey(tags);
  if (tags?.space !== fourCc('RGB ') || tags.connection !== fourCc('XYZ ')) return undefined;
  const columns = channels.map((channel) => readXyz(tags.tag(`${channel}XYZ`)));
  const [red, green, blue] = channels.map((channel) => {
    const tag = tags.tag(`${channel}TRC`);
    return tag && readCurve(tag);
  });
  if (!red || !green || !blue) return undefined;
  const toXyz = [0, 1, 2].flatMap((row) => columns.map((column) => column?.[row] ?? 0));
  // Linearly dependent or missing primaries would make every picture black or of one hue.
  return Math.abs(determinant(toXyz)) < 1e-3 ? undefined : { toXyz, curves: [red, green, blue] };
}

function readGrey({ connection, tag }: IccTags): Profile | undefined {
  const found = tag('kTRC');
  const stored = found && readCurve(found);
  if (!stored) return undefined;
  // If profiles meet in Lab, the curve gives lightness.
  const isLab = connection === fourCc('Lab ');
  const curve: Curve = isLab ? (value) => lightOfLightness(stored(value)) : stored;
  return { toXyz: greyToXyz, curves: [curve, curve, curve] };
}

function readXyz(tag: DataView | undefined): number[] | undefined {
  if (!tag || tag.byteLength < 20 || tag.getUint32(0) !== fourCc('XYZ ')) return undefined;
  const xyz = [8, 12, 16].map((at) => tag.getInt32(at) / 65536);
  return xyz.every((value) => Math.abs(value) <= MAX_XYZ) ? xyz : undefined;
}
