// Brings the far picture into the near one's frame: scaled to cover it, or warped so that given points meet.
import { type AppError, paramError } from '../../errors.ts';
import type { Image, Size } from '../../image.ts';
import type { PixelRows } from '../../tensor/ops/packed-pixels.ts';
import type { PixelWork } from '../../tensor/pixel-kernels.ts';
import { cornerOfCrop, scaled } from '../../tensor/resample/scale.ts';
import { type AffineMap, mapThrough, stretchOf, warp } from '../../tensor/resample/warp.ts';
import { portion } from '../../timing.ts';

const NUMBER = '-?\\d+(?:\\.\\d+)?';
const PAIR = `${NUMBER}_${NUMBER}_${NUMBER}_${NUMBER}`;
/** `nx_ny_fx_fy`, two or three times, joined by `~`. */
export const ALIGN_PATTERN = new RegExp(`^${PAIR}(?:~${PAIR}){1,2}$`);

type Pair = [nx: number, ny: number, fx: number, fy: number];

const readPairs = (text: string): Pair[] =>
  text.split('~').map((pair) => pair.split('_').map(Number) as Pair);

/** The error of an `align` that has the right form, if there is one. */
export function checkAlign(text: string): AppError | undefined {
  const pairs = readPairs(text);
  if (pairs.flat().some((v) => v < -1 || v > 2)) {
    return paramError({ param: 'align', expected: 'fractions from -1 to 2' });
  }
  if (!mapOf(pairs, { width: 1, height: 1 }, { width: 1, height: 1 })) {
    return paramError({
      param: 'align',
      expected: 'points apart from each other, and three not on a line',
    });
  }
  return undefined;
}

function mapOf(pairs: Pair[], near: Size, far: Size) {
  return mapThrough(
    pairs.map(([nx, ny, fx, fy]) => ({
      from: { x: nx * near.width, y: ny * near.height },
      to: { x: fx * far.width, y: fy * far.height },
    })),
  );
}

/**
 * The far picture at the near one's size: a new picture, or a part of the far one if that need not be scaled. Where an alignment leaves nothing of
 * it, it is the near picture itself. Both are opaque.
 */
export async function fitFar(
  far: Image,
  { near: picture, align }: { near: Image; align: string | undefined },
  { kernels, pace }: PixelWork,
): Promise<PixelRows> {
  const { width, height } = picture;
  const near = { width, height };
  if (align === undefined) return coverScale(far, near, { kernels, pace });
  const pairs = readPairs(align);
  const stretch = stretchOf(mapOf(pairs, near, far) ?? { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 });
  const pass = { kernels, pace: stretch > 1.5 ? portion(pace, 0.5) : pace };
  // A warp samples without averaging, so a picture that it would sample too sparsely is shrunk first.
  const small = stretch > 1.5 ? await scaled(far, sizeOf(far, 1 / stretch), pass) : far;
  const map = mapOf(pairs, near, small);
  if (!map) return coverScale(far, near, pass);
  const warped = await warp(small, { ...near, map }, pass);
  copyOutside(picture, warped, { map, source: small });
  return warped;
}

/** Copies pixels whose middle the map takes outside of the source. */
function copyOutside(
  from: Image,
  to: Image,
  { map: { a, b, c, d, e, f }, source }: { map: AffineMap; source: Size },
): void {
  const { width, height } = to;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const sx = a * (x + 0.5) + b * (y + 0.5) + c;
      const sy = d * (x + 0.5) + e * (y + 0.5) + f;
      if (sx >= 0 && sy >= 0 && sx <= source.width && sy <= source.height) continue;
      for (let k = 0; k < 4; k++) to.data[i + k] = from.data[i + k]!;
    }
  }
}

const sizeOf = ({ width, height }: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});

/** Scales the far picture to cover the near one's frame and crops the middle. */
async function coverScale(far: Image, near: Size, work: PixelWork): Promise<PixelRows> {
  const scale = Math.max(near.width / far.width, near.height / far.height);
  const crop = (total: number, kept: number) => ({ begin: (total - kept) / 2, length: kept });
  const kept = {
    x: crop(far.width, near.width / scale),
    y: crop(far.height, near.height / scale),
  };
  const scaling = { ...near, crop: kept };
  const corner = cornerOfCrop(far, scaling);
  if (!corner) return scaled(far, scaling, work);
  return { ...near, data: far.data, first: far.width * corner.y + corner.x, stride: far.width };
}
