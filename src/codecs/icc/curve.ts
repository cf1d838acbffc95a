// Reads a tone curve of a colour profile: `curv` (a gamma or a table) or `para` (a formula) of ICC.1:2010.
import { fourCc } from '../bytes.ts';

/** Maps a stored value to linear light, both 0…1. */
export type Curve = (value: number) => number;

/** Number of parameters of each kind of formula. */
const parameterCounts = [1, 3, 4, 5, 7];

/** The curve of a tag; undefined if it is cut short or of another type. */
export function readCurve(tag: DataView): Curve | undefined {
  if (tag.byteLength < 12) return undefined;
  const type = tag.getUint32(0);
  const curve =
    type === fourCc('curv')
      ? readTable(tag)
      : type === fourCc('para')
        ? readFormula(tag)
        : undefined;
  return curve && ((value) => Math.min(1, Math.max(0, curve(value))));
}

/** A table without entries is a straight line; one with a single entry has a gamma in 256ths. */
function readTable(tag: DataView): Curve | undefined {
  const entries = tag.getUint32(8);
  if (12 + 2 * entries > tag.byteLength) return undefined;
  if (entries === 0) return (value) => value;
  if (entries === 1) {
    const gamma = tag.getUint16(12) / 256;
    return (value) => value ** gamma;
  }
  const entry = (i: number) => tag.getUint16(12 + 2 * i) / 65535;
  return (value) => {
    const at = value * (entries - 1);
    const below = Math.min(Math.floor(at), entries - 2);
    return entry(below) + (at - below) * (entry(below + 1) - entry(below));
  };
}

function readFormula(tag: DataView): Curve | undefined {
  const kind = tag.getUint16(8);
  const count = parameterCounts[kind];
  if (count === undefined || 12 + 4 * count > tag.byteLength) return undefined;
  const numbers = Array.from({ length: count }, (_, i) => tag.getInt32(12 + 4 * i) / 65536);
  const curve = formula(kind, numbers);
  // A formula may divide by zero, or take the root of a negative number.
  for (let value = 0; value < 256; value++) {
    if (Number.isNaN(curve(value / 255))) return undefined;
  }
  return curve;
}

function formula(kind: number, [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0]: number[]): Curve {
  if (kind === 0) return (value) => value ** g;
  // In kind 2, `c` is added everywhere; kinds 3 and 4 have a parameter for where the power begins.
  const [from, slope, above, below] = {
    1: [-b / a, 0, 0, 0] as const,
    2: [-b / a, 0, c, c] as const,
    3: [d, c, 0, 0] as const,
    4: [d, c, e, f] as const,
  }[kind as 1 | 2 | 3 | 4];
  return (value) => (value >= from ? (a * value + b) ** g + above : slope * value + below);
}

/** Bytes of a curve that `readCurve` can read. */
export function curveBytes(tag: DataView): number {
  if (tag.getUint32(0) === fourCc('curv')) return 12 + 2 * tag.getUint32(8);
  return 12 + 4 * parameterCounts[tag.getUint16(8)]!;
}
