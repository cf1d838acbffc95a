// Writes progressive JPEG files of one grey with any number of scans, each of a few bytes for any number of pixels.
import { bytesOf, jpegSegment, uint } from '../../helpers/files/make-image-files.ts';

type Shape = {
  width: number;
  height: number;
  scans: number;
  /** Whether the colours have half the resolution. */
  halfColours?: boolean;
};

const COMPONENTS = 3;
const COEFFICIENTS = 63;
/** Bits of a coefficient. */
const LEVELS = 13;

/** A valid file: each scan refines one coefficient of one component, without a change. */
export function makeEmptyScans({ width, height, scans, halfColours = false }: Shape): Uint8Array {
  const sampling = Array.from({ length: COMPONENTS }, (_, i) => (halfColours && i === 0 ? 2 : 1));
  const units = (size: number, most: number): number => Math.ceil(size / (8 * most));
  const most = halfColours ? 2 : 1;
  const all = units(width, most) * units(height, most);
  const blocksOf = (component: number): number => {
    const by = halfColours && component > 0 ? 2 : 1;
    return Math.ceil(Math.ceil(width / by) / 8) * Math.ceil(Math.ceil(height / by) / 8);
  };
  const perUnit = sampling.reduce((sum, factor) => sum + factor * factor, 0);
  const ends = Array.from({ length: COMPONENTS }, (_, i) => endOfBlocks(blocksOf(i)));
  const order = Array.from({ length: scans }, (_, i) => {
    const component = i % COMPONENTS;
    const at = Math.floor(i / COMPONENTS);
    const coefficient = 1 + (at % COEFFICIENTS);
    const low = LEVELS - Math.floor(at / COEFFICIENTS);
    const bits = (low === LEVELS ? 0 : low + 1) * 16 + Math.max(0, low);
    return [
      jpegSegment(0xda, [1, component + 1, 0, coefficient, coefficient, bits]),
      ends[component] as Uint8Array,
    ];
  });
  const components = sampling.flatMap((factor, i) => [i + 1, factor * 17, 0]);
  return bytesOf(
    [0xff, 0xd8],
    jpegSegment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    jpegSegment(0xc2, [8, ...uint(height, 2), ...uint(width, 2), COMPONENTS, ...components]),
    // The code of "no difference" takes one bit; that of "so many blocks end" four.
    jpegSegment(0xc4, [0x00, 1, ...new Array<number>(15).fill(0), 0]),
    jpegSegment(0xc4, [0x10, 0, 0, 0, 15, ...new Array<number>(12).fill(0), ...runs]),
    jpegSegment(0xda, [COMPONENTS, 1, 0, 2, 0, 3, 0, 0, 0, 0]),
    new Uint8Array(Math.ceil((all * perUnit) / 8)),
    ...order.flat(),
    [0xff, 0xd9],
  );
}

const runs = Array.from({ length: 15 }, (_, i) => 16 * i);

/** Data that ends that many blocks: runs of 2^n plus the value of n further bits, at most 32767 at a time. */
function endOfBlocks(blocks: number): Uint8Array {
  let bits = '';
  for (let left = blocks; left > 0; ) {
    const run = Math.min(left, 32_767);
    const size = 31 - Math.clz32(run);
    bits += size.toString(2).padStart(4, '0') + (run - 2 ** size).toString(2).padStart(size, '0');
    if (size === 0) bits = bits.slice(0, -1);
    left -= run;
  }
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) =>
    Number.parseInt(byte.padEnd(8, '1'), 2),
  );
  return Uint8Array.from(bytes.flatMap((byte) => (byte === 255 ? [255, 0] : [byte])));
}
