// The SIMD kernels that steps work with, as a platform hands them in: functions on rows in a memory of fixed size.
import type { Pace } from '../timing.ts';

/** Addresses of a row and of its result, and how many pixels or values it has. */
type ToRow = (from: number, to: number, count: number) => void;

/** Rows of pixels, one behind the other, and of light, `toRow` or `fromRow` bytes apart. */
type LightRows = (from: number, to: number, toRow: number, pixels: number, rows: number) => void;
type ByteRows = (from: number, fromRow: number, to: number, pixels: number, rows: number) => void;

/** The same with the address of a table or a matrix. */
type TableRow = (from: number, to: number, pixels: number, table: number) => void;

/** Weighted sums along rows; `src/kernels/pixels/assembly/sums.ts` explains the numbers. */
type AcrossRows = (
  from: number,
  fromRow: number,
  taps: number,
  outputs: number,
  to: number,
  toRow: number,
  rows: number,
) => void;

/** Three rows and their result. */
type ThreeRows = (a: number, b: number, c: number, to: number, values: number) => void;

type MeanBlocks = (from: number, to: number, pixels: number, size: number, scale: number) => void;

/** The functions of `src/kernels/pixels/assembly`, whose comments say what the numbers are. Those with 3 or 4 are for as many values a pixel. */
export type PixelCalls = {
  lightRows3: LightRows;
  lightRows4: LightRows;
  byteRows3: ByteRows;
  byteRows4: ByteRows;
  coverRow4: (at: number, pixels: number, background: number) => void;
  levelsRow: TableRow;
  mixLightRow: TableRow;
  mixLevelsRow: TableRow;
  saturateRow: (from: number, to: number, pixels: number, factor: number) => void;
  radialRow: (
    ...row: [
      squares: number,
      to: number,
      pixels: number,
      down: number,
      radius: number,
      ramp: number,
      strength: number,
    ]
  ) => void;
  fadeToColourRow: (
    ...row: [
      from: number,
      to: number,
      pixels: number,
      shares: number,
      thresholds: number,
      period: number,
      colour: number,
    ]
  ) => void;
  toneRow: (
    ...row: [
      from: number,
      to: number,
      pixels: number,
      tones: number,
      lastTone: number,
      amount: number,
    ]
  ) => void;
  lumaRow: ToRow;
  lumaOrMostRow: ToRow;
  lumaOrLeastRow: ToRow;
  visibleLumaRow: ToRow;
  alphaRow: ToRow;
  copyRow: ToRow;
  lightnessRow: (from: number, to: number, pixels: number, behind: number) => void;
  enlargeRow: (
    ...row: [
      from: number,
      slopes: number,
      places: number,
      guide: number,
      to: number,
      outputs: number,
    ]
  ) => void;
  codedRow: (coded: number, from: number, to: number, pixels: number) => void;
  recolourRow: (coded: number, from: number, to: number, pixels: number) => void;
  fadeRow: (
    ...row: [over: number, under: number, to: number, pixels: number, cover: number]
  ) => void;
  scaleValues: (from: number, to: number, values: number, scale: number) => void;
  binomialDown: (
    ...rows: [a: number, b: number, c: number, d: number, e: number, to: number, values: number]
  ) => void;
  binomialAcross: ToRow;
  divideRow: ToRow;
  leastDown: ThreeRows;
  mostDown: ThreeRows;
  addDetailRow: (
    ...row: [
      from: number,
      luma: number,
      soft: number,
      least: number,
      most: number,
      to: number,
      pixels: number,
      amount: number,
      over: number,
    ]
  ) => void;
  sobelDown: (
    ...rows: [
      above: number,
      here: number,
      below: number,
      smooth: number,
      slope: number,
      values: number,
    ]
  ) => void;
  sobelAcross: (
    ...row: [smooth: number, slope: number, to: number, values: number, scale: number]
  ) => void;
  differenceRow: (
    ...row: [here: number, below: number, to: number, values: number, scale: number]
  ) => void;
  greyRow: (
    ...row: [values: number, from: number, to: number, pixels: number, scale: number]
  ) => void;
  squares: (from: number, values: number) => number;
  sumRows: (terms: number, count: number, to: number, floats: number) => void;
  acrossRows3: AcrossRows;
  acrossRows4: AcrossRows;
  acrossRow3: (from: number, taps: number, outputs: number, to: number) => void;
  acrossRow4: (from: number, taps: number, outputs: number, to: number) => void;
  scaleRow4: (at: number, pixels: number, factors: number) => void;
  addRow: (from: number, to: number, floats: number) => void;
  lightPairs: (
    ...rows: [
      from: number,
      fromRow: number,
      pixels: number,
      pairs: number,
      to: number,
      ring: number,
      ringEnd: number,
      pairBytes: number,
    ]
  ) => void;
  sumPairsDown: (
    ...rows: [
      at: number,
      ring: number,
      ringEnd: number,
      pairBytes: number,
      weights: number,
      taps: number,
      shift: number,
      to: number,
      toRow: number,
      rows: number,
      values: number,
    ]
  ) => void;
  sumPairsAcross: (
    ...rows: [
      from: number,
      fromRow: number,
      rows: number,
      weights: number,
      taps: number,
      outputs: number,
      scale: number,
      left: number,
      right: number,
      factors: number,
      pairs: number,
      to: number,
    ]
  ) => void;
  lightBlocks: (
    ...rows: [from: number, rows: number, pixels: number, size: number, to: number]
  ) => void;
  meanBlocks3: MeanBlocks;
  meanBlocks4: MeanBlocks;
};

/** Largest value of linear light in whole numbers of 16 bits. */
export const LIGHT_15 = 32767;

/** The module with views of its memory. What is written to the memory lasts until the next `await`: other requests use it too. */
export type PixelModule = {
  calls: PixelCalls;
  bytes: Uint8Array;
  ints: Int32Array;
  floats: Float32Array;
  /** Where the tables end; what follows is free. */
  free: number;
};

/** Gives the module; the first call starts it. */
export type PixelKernels = () => PixelModule;

/** What work on pixels needs of its surroundings. */
export type PixelWork = { kernels: PixelKernels; pace: Pace };

/** A vector may be read or written beyond the end of an area by so many bytes; areas begin at multiples of it. */
const SLACK = 16;

/** Addresses of areas of these sizes, in bytes, behind the tables; undefined if they do not fit. */
export function placed<Name extends string>(
  sizes: Readonly<Record<Name, number>>,
  { free, bytes }: PixelModule,
): Record<Name, number> | undefined {
  const places: Record<string, number> = {};
  let at = free;
  for (const [name, size] of Object.entries<number>(sizes)) {
    places[name] = at;
    at += SLACK * (Math.ceil(size / SLACK) + 1);
  }
  return at <= bytes.length ? places : undefined;
}
