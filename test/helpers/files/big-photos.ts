// Large pictures whose shrunk versions are known: a smooth part that is kept, and a texture that any proper low-pass removes.
import { constants, deflateSync } from 'node:zlib';
import type { Size } from '../../../src/image.ts';
import { linearToSrgb } from '../../../src/srgb.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { bytesOf, pngChunk, pngHeader, uint } from './make-image-files.ts';
import { paint } from './pictures.ts';
import { writeJpeg } from './write-jpeg.ts';

/** `channels` bytes per pixel, row by row. */
export type RawPicture = Size & { data: Uint8Array; channels: 1 | 3 };

/** Orientation of the pixels in the file: upright, or as a turned camera stores them (EXIF 6: turn clockwise for display). */
export type Orientation = 1 | 6;

/** A photo of that size; each channel is a slow wave with fine checks on it. */
export function paintPhoto({ width, height }: Size, channels: 1 | 3 = 3): RawPicture {
  const data = new Uint8Array(width * height * channels);
  const wave = (length: number, turns: number, phase: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin((turns * 2 * Math.PI * i) / length + phase));
  const across = Array.from({ length: channels }, (_, c) => wave(width, 3 + c, c));
  const down = Array.from({ length: channels }, (_, c) => wave(height, 2 + c, 2 * c));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const check = ((x >> 1) + (y >> 1)) & 1 ? 14 : -14;
      for (let c = 0; c < channels; c++) {
        data[i++] =
          128 + 50 * (across[c] as Float32Array)[x]! * (down[c] as Float32Array)[y]! + check;
      }
    }
  }
  return { width, height, data, channels };
}

/** Mean light of `factor × factor` pixels, starting at `left`, `top` of the upright picture, as RGB bytes of a result of that size. */
export function areaMeans(
  { width, height, data, channels }: RawPicture,
  part: Size & { factor: number; left?: number; top?: number; orientation?: Orientation },
): Uint8Array {
  const { factor, left = 0, top = 0, orientation = 1 } = part;
  const turned = orientation === 6;
  const result = new Uint8Array(3 * part.width * part.height);
  for (let v = 0; v < part.height; v++) {
    for (let u = 0; u < part.width; u++) {
      const sums = [0, 0, 0];
      for (let dy = 0; dy < factor; dy++) {
        const y = top + v * factor + dy;
        for (let dx = 0; dx < factor; dx++) {
          const x = left + u * factor + dx;
          const at = turned ? (height - 1 - x) * width + y : y * width + x;
          for (let c = 0; c < channels; c++) sums[c]! += linearOfByte[data[at * channels + c]!]!;
        }
      }
      for (let c = 0; c < 3; c++) {
        const mean = sums[c % channels]! / factor ** 2;
        result[3 * (v * part.width + u) + c] = Math.round(255 * linearToSrgb(mean));
      }
    }
  }
  return result;
}

/** Peak signal-to-noise ratio of two byte arrays, in dB. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`psnr: ${a.length} bytes against ${b.length}`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}

/** An 8-bit grey PNG in which each byte of `small` fills `factor × factor` pixels. */
export function magnifiedPng({ width, height, data }: RawPicture, factor: number): Uint8Array {
  const stride = 1 + width * factor;
  const rows = Buffer.alloc(stride * height * factor);
  for (let y = 0; y < height; y++) {
    const first = rows.subarray(y * factor * stride);
    for (let x = 0; x < width; x++)
      first.fill(data[y * width + x]!, 1 + x * factor, 1 + (x + 1) * factor);
    // The other rows equal the row above.
    for (let row = 1; row < factor; row++) first[row * stride] = 2;
  }
  const header = pngHeader({
    width: width * factor,
    height: height * factor,
    bitDepth: 8,
    colorType: 0,
  });
  return bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: constants.Z_BEST_SPEED })),
    pngChunk('IEND'),
  );
}

/** Height in px of a row of units of a 4:2:0 file. */
export const STRIP_HEIGHT = 16;

/**
 * A baseline JPEG with a restart marker after every row of units. Such rows are independent, so that a tall picture can repeat a
 * few of them in the given order. `pixel` paints strip by strip.
 */
export function stripedJpeg(
  width: number,
  order: readonly number[],
  pixel: (strip: number, x: number, y: number) => readonly number[],
): Uint8Array {
  const units = Math.ceil(width / STRIP_HEIGHT);
  const size = { width, height: STRIP_HEIGHT };
  const files = [...new Set(order)].map((strip) => {
    const file = writeJpeg(
      paint(size, (x, y) => pixel(strip, x, y)),
      { restart: units },
    );
    return [strip, { file, ...scanOf(file) }] as const;
  });
  const strips = new Map(files);
  const parts = order.map((strip, i) => {
    const { file, begin } = strips.get(strip) as { file: Uint8Array; begin: number };
    const marker = i < order.length - 1 ? [0xff, 0xd0 + (i % 8)] : [0xff, 0xd9];
    return bytesOf(file.subarray(begin, -2), marker);
  });
  const [, first] = files[0] as (typeof files)[number];
  const head = first.file.slice(0, first.begin);
  head.set(uint(order.length * STRIP_HEIGHT, 2), first.frame + 5);
  return bytesOf(head, ...parts);
}

/** Offsets of the frame header, and of the data after the scan header. */
function scanOf(file: Uint8Array): { frame: number; begin: number } {
  let frame = 0;
  for (let at = 2; ; ) {
    const length = file[at + 2]! * 256 + file[at + 3]!;
    if (file[at + 1] === 0xc0 || file[at + 1] === 0xc1) frame = at;
    at += 2 + length;
    if (file[at - length - 1] === 0xda) return { frame, begin: at };
  }
}
