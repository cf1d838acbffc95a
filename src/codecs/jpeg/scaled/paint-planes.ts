// Makes the picture of planes of coefficients: each block becomes its mean, blocks of coarse components four means.
import { createImage, type Image } from '../../../image.ts';
import type { JpegFile } from '../file.ts';
import type { ScaledJpegModule } from './module.ts';
import type { BlockPlane } from './scans.ts';

/** One component at an eighth of its size. */
export type Plane = BlockPlane & {
  /** Samples that a block becomes across and down: 1 or 2. */
  across: number;
  down: number;
};

/** Bytes that SIMD may read and write behind a row. */
const MARGIN = 32;

/** Samples of a component, a byte each, and bytes from row to row. */
type Samples = { start: number; stride: number; width: number; height: number };

/** The picture of planes of coefficients; `room` is where free memory begins. Components of lower resolution are interpolated. */
export function paintPlanes(
  wasm: ScaledJpegModule,
  { planes, file, room }: { planes: readonly Plane[]; file: JpegFile; room: number },
): Image {
  const { frame, colour } = file;
  const size = { width: Math.ceil(frame.width / 8), height: Math.ceil(frame.height / 8) };
  const image = createImage(size);
  let end = room;
  const sources = planes.map((plane, i) => {
    const samples = toSamples(wasm, { plane, index: i, start: end });
    end = samples.start + samples.stride * samples.height + MARGIN;
    const row = { start: end, pixels: size.width };
    end += size.width + 2 * MARGIN;
    const scale = {
      x: (plane.across * plane.component.h) / frame.maxH,
      y: (plane.down * plane.component.v) / frame.maxV,
    };
    return { samples, row, scale };
  });
  const pixels = end;
  const rowBytes = 4 * size.width;
  wasm.reserve(pixels + rowBytes + MARGIN);
  const rowsOf = sources.map((source) => createRows(wasm, source));
  const { greyRow, rgbRow, colourRow } = wasm.calls;
  const paint = colour === 'RGB' || colour === 'CMYK' ? rgbRow : colourRow;
  for (let y = 0; y < size.height; y++) {
    const [first, second, third, fourth] = rowsOf.map((rowOf) => rowOf(y));
    if (second === undefined || third === undefined) greyRow(first!, pixels, size.width);
    else paint(first!, second, third, pixels, size.width);
    const row = wasm.bytes(pixels, rowBytes);
    if (fourth !== undefined) addBlack(row, wasm.bytes(fourth, size.width), colour === 'YCCK');
    image.data.set(row, y * rowBytes);
  }
  return image;
}

/** Puts black in the place of alpha; `isLight` says that the other three are red, green and blue instead of their inks. */
function addBlack(row: Uint8Array, black: Uint8Array, isLight: boolean): void {
  for (let x = 0, i = 0; x < black.length; x++, i += 4) {
    for (let c = i; isLight && c < i + 3; c++) row[c] = 255 - row[c]!;
    row[i + 3] = black[x]!;
  }
}

/** Makes samples of all blocks of a component. */
function toSamples(
  wasm: ScaledJpegModule,
  { plane, index, start }: { plane: Plane; index: number; start: number },
): Samples {
  const { width, height, across, down, blockBytes, component } = plane;
  const doubled = blockBytes === 8;
  const stride = (doubled ? 2 : 1) * width + MARGIN;
  const samples = { start, stride, width: across * width, height: down * height };
  const spare = start + stride * samples.height + MARGIN;
  wasm.reserve(spare + 2 * stride + MARGIN);
  wasm.calls.setComponent(index, 1, 1, 1, 0, 0, component.table & 3);
  wasm.calls.setCoefficients(index, plane.start, blockBytes, plane.stride);
  for (let y = 0; y < height; y++) {
    const to = start + y * down * stride;
    // Four means a block; pairs of them are joined if the component is coarse one way only.
    const isWhole = !doubled || (across === 2 && down === 2);
    wasm.calls.meansRow(index, y, width, isWhole ? to : spare, stride);
    if (isWhole) continue;
    const pairs = wasm.bytes(spare, 2 * stride);
    const result = wasm.bytes(to, stride * down);
    joinPairs(pairs, result, { stride, width, isWide: across === 2 });
  }
  return samples;
}

/** The means of the two rows (`isWide`) or of each two columns of `pairs`. */
function joinPairs(
  pairs: Uint8Array,
  result: Uint8Array,
  { stride, width, isWide }: { stride: number; width: number; isWide: boolean },
): void {
  if (isWide) {
    for (let x = 0; x < 2 * width; x++) result[x] = (pairs[x]! + pairs[stride + x]! + 1) >> 1;
    return;
  }
  for (let x = 0; x < width; x++) {
    result[x] = (pairs[2 * x]! + pairs[2 * x + 1]! + 1) >> 1;
    result[stride + x] = (pairs[stride + 2 * x]! + pairs[stride + 2 * x + 1]! + 1) >> 1;
  }
}

type RowSource = {
  samples: Samples;
  row: { start: number; pixels: number };
  /** Samples for each pixel of the result. */
  scale: { x: number; y: number };
};

/** Answers the address of a row of samples of the result's width, interpolated if the component has fewer. */
function createRows(
  { bytes }: ScaledJpegModule,
  { samples, row, scale }: RowSource,
): (y: number) => number {
  const { start, stride, width, height } = samples;
  if (scale.x === 1 && scale.y === 1) return (y) => start + y * stride;
  const places = Array.from({ length: row.pixels }, (_, x) => between(x, scale.x, width));
  return (y) => {
    const { from, weight } = between(y, scale.y, height);
    const upper = bytes(start + from * stride, width);
    const lower = bytes(start + Math.min(from + 1, height - 1) * stride, width);
    const mixed = (x: number): number => upper[x]! + weight * (lower[x]! - upper[x]!);
    const result = bytes(row.start, row.pixels);
    places.forEach((place, x) => {
      const left = mixed(place.from);
      const right = place.weight > 0 ? mixed(place.from + 1) : left;
      result[x] = Math.round(left + place.weight * (right - left));
    });
    return row.start;
  };
}

/** The samples on both sides of the middle of pixel `index`, if there are `scale` samples a pixel. */
function between(index: number, scale: number, count: number): { from: number; weight: number } {
  const place = Math.min(Math.max((index + 0.5) * scale - 0.5, 0), count - 1);
  const from = Math.floor(place);
  return { from, weight: place - from };
}
