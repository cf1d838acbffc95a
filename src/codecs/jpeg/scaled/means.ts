// Decodes an eighth of a JPEG in several scans: each block becomes its mean, blocks of coarse components four means.
import { createImage, type Image } from '../../../image.ts';
import { corruptScan } from '../corrupt-scan.ts';
import { isScan, type JpegFile } from '../file.ts';
import type { JpegComponent } from '../frame.ts';
import type { ScaledJpegModule } from './module.ts';
import { address } from './module.ts';
import { readScanHeader, runScan, type ScanHeader } from './scan.ts';
import { noTables, placeCodes, placeSteps, readTables, type Tables } from './tables.ts';

/** What a scan is decoded to: `assembly/scan.ts` has the same numbers. */
const kinds = { firstDc: 1, nextDc: 2, sequential: 3, band: 4 } as const;

/** One component at an eighth of its size. */
type Plane = {
  component: JpegComponent;
  /** Coefficients in the module's memory: bytes of a block (2 or 8) and of a row of blocks. */
  start: number;
  blockBytes: number;
  stride: number;
  /** In blocks, without those that only fill up the last row and column. */
  width: number;
  height: number;
  /** Samples that a block becomes across and down: 1 or 2. */
  across: number;
  down: number;
  /** Bits that are still to come; undefined until the first scan. */
  pending?: number;
};

/** More blocks than this cannot be in a unit (ISO/IEC 10918-1, B.2.3). */
const MOST_BLOCKS = 10;
/** The last AC coefficient that means need. */
const LAST_WANTED = 4;
const LAST_COEFFICIENT = 63;
const MOST_MISSING_BITS = 13;

/** The picture at ⌈edge / 8⌉; coarser components are interpolated. Throws `undecodable` for damaged data. */
export function decodeMeans(wasm: ScaledJpegModule, bytes: Uint8Array, file: JpegFile): Image {
  const { planes, end } = placePlanes(wasm, file);
  const tables = noTables();
  for (const part of file.parts) {
    if (!isScan(part)) {
      readTables(bytes, part, tables);
      continue;
    }
    const ids = planes.map(({ component }) => component.id);
    const header = readScanHeader(bytes.subarray(part.start, part.end), ids);
    decodeScan(wasm, { header, tables, planes, file, data: bytes.subarray(part.end) });
  }
  return paintPlanes(wasm, { planes, file, room: end });
}

/** Planes of zeros behind one another, and the address behind them. */
function placePlanes(
  { reserve, bytes }: ScaledJpegModule,
  { frame }: JpegFile,
): { planes: Plane[]; end: number } {
  const unitsAcross = Math.ceil(frame.width / (8 * frame.maxH));
  const unitsDown = Math.ceil(frame.height / (8 * frame.maxV));
  let end: number = address.planes;
  const planes = frame.components.map((component): Plane => {
    const { h, v } = component;
    const across = 2 * h <= frame.maxH ? 2 : 1;
    const down = 2 * v <= frame.maxV ? 2 : 1;
    const blockBytes = across * down > 1 ? 8 : 2;
    const stride = unitsAcross * h * blockBytes;
    const start = end;
    end += stride * unitsDown * v + 16;
    return {
      component,
      start,
      blockBytes,
      stride,
      width: Math.ceil(Math.ceil((frame.width * h) / frame.maxH) / 8),
      height: Math.ceil(Math.ceil((frame.height * v) / frame.maxV) / 8),
      across,
      down,
    };
  });
  reserve(end);
  bytes(address.planes, end - address.planes).fill(0);
  return { planes, end };
}

type ScanContext = {
  header: ScanHeader;
  tables: Tables;
  planes: readonly Plane[];
  file: JpegFile;
  data: Uint8Array;
};

function decodeScan(wasm: ScaledJpegModule, context: ScanContext): void {
  const { header, tables, planes, file, data } = context;
  const kind = kindOf(header, file.frame.progressive);
  const parts = header.parts.map((part) => ({ ...part, plane: planes[part.index]! }));
  const [only] = parts.length === 1 ? parts : [];
  if (kind === kinds.band) {
    if (!only) throw corruptScan('a scan of details of several colours');
    // What later scans refine is left out.
    if (only.plane.blockBytes === 2 || header.high > 0 || header.first > LAST_WANTED) return;
    placeCodes(wasm, tables, [4 + only.ac]);
  } else {
    for (const { plane } of parts) beginPlane(wasm, plane, { header, kind, tables });
    if (kind !== kinds.nextDc)
      placeCodes(
        wasm,
        tables,
        parts.map(({ dc }) => dc),
      );
    if (kind === kinds.sequential)
      placeCodes(
        wasm,
        tables,
        parts.map(({ ac }) => 4 + ac),
      );
  }
  const { frame } = file;
  let blocks = 0;
  parts.forEach(({ plane, dc, ac }, i) => {
    const { h, v, table } = only ? { ...plane.component, h: 1, v: 1 } : plane.component;
    blocks += h * v;
    wasm.calls.setComponent(i, h, v, 1, dc, ac, table & 3);
    wasm.calls.setCoefficients(i, plane.start, plane.blockBytes, plane.stride);
  });
  if (blocks > MOST_BLOCKS) throw corruptScan(`more than ${MOST_BLOCKS} blocks in a unit`);
  const across = only ? only.plane.width : Math.ceil(frame.width / (8 * frame.maxH));
  const rows = only ? only.plane.height : Math.ceil(frame.height / (8 * frame.maxV));
  const { first, last, low } = header;
  wasm.calls.beginCoefficients(
    parts.length,
    across,
    tables.restartInterval,
    kind,
    first,
    last,
    low,
  );
  runScan(wasm, { data, rows });
}

function kindOf({ first, last, high, low }: ScanHeader, progressive: boolean): number {
  if (!progressive) return kinds.sequential;
  const isDc = first === 0 && last === 0;
  const isAc = first > 0 && first <= last && last <= LAST_COEFFICIENT;
  if ((!isDc && !isAc) || low > MOST_MISSING_BITS) throw corruptScan('an impossible scan header');
  if (isAc) return kinds.band;
  return high > 0 ? kinds.nextDc : kinds.firstDc;
}

/** Checks that the scan brings what is to come next, so that their number is bounded. */
function beginPlane(
  wasm: ScaledJpegModule,
  plane: Plane,
  { header, kind, tables }: { header: ScanHeader; kind: number; tables: Tables },
): void {
  const { high, low } = header;
  const refines = kind === kinds.nextDc;
  const fits = refines ? high === plane.pending && low === high - 1 : plane.pending === undefined;
  if (!fits) throw corruptScan('scans out of order');
  plane.pending = kind === kinds.sequential ? 0 : low;
  if (!refines) placeSteps(wasm, tables, plane.component.table);
}

/** Bytes that SIMD may read and write behind a row. */
const MARGIN = 32;

/** Samples of a component, a byte each, and bytes from row to row. */
type Samples = { start: number; stride: number; width: number; height: number };

function paintPlanes(
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
  const paint = colour === 'RGB' ? rgbRow : colourRow;
  for (let y = 0; y < size.height; y++) {
    const [first, second, third] = rowsOf.map((rowOf) => rowOf(y));
    if (second === undefined || third === undefined) greyRow(first!, pixels, size.width);
    else paint(first!, second, third, pixels, size.width);
    image.data.set(wasm.bytes(pixels, rowBytes), y * rowBytes);
  }
  return image;
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
