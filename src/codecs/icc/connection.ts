// From the colours in which profiles meet (CIE Lab and XYZ relative to D50) to sRGB.
import { linearToSrgb } from '../../srgb.ts';
import { xyzToSrgb } from './to-srgb.ts';

const D50 = [0.9642, 1, 0.8249] as const;
/** The largest XYZ coordinate that profiles can store. */
const MAX_XYZ = 1 + 32_767 / 32_768;

/** The colours in which a profile stores its results. */
export type Connection = 'XYZ' | 'Lab' | 'Lab of version 2';

type Xyz = readonly [x: number, y: number, z: number];

/** The three numbers of a stored result, each 0…1, as XYZ. */
export function toXyz(
  [first = 0, second = 0, third = 0]: readonly number[],
  connection: Connection,
): Xyz {
  if (connection === 'XYZ') return [first * MAX_XYZ, second * MAX_XYZ, third * MAX_XYZ];
  return labToXyz([first, second, third], connection === 'Lab' ? 1 : 65_535 / 65_280);
}

/** sRGB in 0…255, beyond that for colours that sRGB cannot show. Light is scaled so that `black`, the darkest light of a press, becomes 0. */
export function xyzToLevels(xyz: Xyz, black: number): [number, number, number] {
  const scaled = (i: 0 | 1 | 2): number => (xyz[i] - black * D50[i]) / (1 - black);
  const [x, y, z] = [scaled(0), scaled(1), scaled(2)];
  const level = (row: number): number => {
    const light = xyzToSrgb[row]! * x + xyzToSrgb[row + 1]! * y + xyzToSrgb[row + 2]! * z;
    return 255 * Math.sign(light) * linearToSrgb(Math.abs(light));
  };
  return [level(0), level(3), level(6)];
}

/** `scale`: what 1 stands for, in hundreds of L* and in 255ths of a* and b*. */
function labToXyz([l, a, b]: readonly [number, number, number], scale: number): Xyz {
  const y = (100 * scale * l + 16) / 116;
  const x = y + (255 * scale * a - 128) / 500;
  const z = y - (255 * scale * b - 128) / 200;
  return [D50[0] * cubeOf(x), D50[1] * cubeOf(y), D50[2] * cubeOf(z)];
}

/** Light of CIE lightness 0…1 (L* / 100). */
export const lightOfLightness = (lightness: number): number => cubeOf((100 * lightness + 16) / 116);

const cubeOf = (t: number): number => (t > 6 / 29 ? t ** 3 : (3 * (t - 4 / 29) * 36) / 841);
