// Decodes the scans of a JPEG in several scans into planes that hold all blocks of a component.
import { corruptScan } from '../corrupt-scan.ts';
import { isScan, type JpegFile } from '../file.ts';
import type { JpegComponent } from '../frame.ts';
import { address, type ScaledJpegModule } from './module.ts';
import { readScanHeader, type ScanHeader, startScan } from './scan.ts';
import { noTables, placeCodes, placeSteps, readTables, type Tables } from './tables.ts';

/** What a scan is decoded to: `assembly/scan.ts` has the same numbers. */
const kinds = { firstDc: 1, nextDc: 2, sequential: 3, band: 4, nextBand: 5 } as const;

/** More blocks than this cannot be in a unit (ISO/IEC 10918-1, B.2.3). */
const MOST_BLOCKS = 10;
/** The last AC coefficient that means need. */
const LAST_WANTED = 4;
const LAST_COEFFICIENT = 63;
const MOST_MISSING_BITS = 13;

/** All blocks of one component in the module's memory. */
export type BlockPlane = {
  component: JpegComponent;
  /** Its address, and bytes of a block and of a row of blocks. */
  start: number;
  blockBytes: number;
  stride: number;
  /** Samples along an edge whose sums a block holds; 1 if it holds coefficients for means instead. */
  samples: number;
  /** In blocks, without those that only fill up the last row and column. */
  width: number;
  height: number;
  /** Bits of DC coefficients that are still to come; undefined until the first scan. */
  pending?: number;
};

/** Planes of zeros behind one another, and the address behind them. */
export function placePlanes(
  { reserve, bytes, placeBasis }: ScaledJpegModule,
  { frame }: JpegFile,
  shapeOf: (component: JpegComponent) => Pick<BlockPlane, 'blockBytes' | 'samples'>,
): { planes: BlockPlane[]; end: number } {
  const unitsAcross = Math.ceil(frame.width / (8 * frame.maxH));
  const unitsDown = Math.ceil(frame.height / (8 * frame.maxV));
  let end: number = address.planes;
  const planes = frame.components.map((component): BlockPlane => {
    const { h, v } = component;
    const shape = shapeOf(component);
    // A block of four coefficients becomes 2×2 means.
    placeBasis(shape.samples === 1 && shape.blockBytes > 2 ? 2 : shape.samples);
    const stride = unitsAcross * h * shape.blockBytes;
    const start = end;
    end += stride * unitsDown * v + 16;
    return {
      component,
      start,
      ...shape,
      stride,
      width: Math.ceil(Math.ceil((frame.width * h) / frame.maxH) / 8),
      height: Math.ceil(Math.ceil((frame.height * v) / frame.maxV) / 8),
    };
  });
  reserve(end);
  bytes(address.planes, end - address.planes).fill(0);
  return { planes, end };
}

/** Decodes all scans that the planes need. Throws `undecodable` for damaged data. */
export function decodeScans(
  wasm: ScaledJpegModule,
  { bytes, file, planes }: { bytes: Uint8Array; file: JpegFile; planes: readonly BlockPlane[] },
): void {
  const tables = noTables();
  const ids = planes.map(({ component }) => component.id);
  for (const part of file.parts) {
    if (!isScan(part)) {
      readTables(bytes, part, tables);
      continue;
    }
    const header = readScanHeader(bytes.subarray(part.start, part.end), ids);
    decodeScan(wasm, { header, tables, planes, file, data: bytes.subarray(part.end) });
  }
}

type ScanContext = {
  header: ScanHeader;
  tables: Tables;
  planes: readonly BlockPlane[];
  file: JpegFile;
  data: Uint8Array;
};

function decodeScan(wasm: ScaledJpegModule, context: ScanContext): void {
  const { header, tables, planes, file, data } = context;
  const kind = kindOf(header, file.frame.progressive);
  const parts = header.parts.map((part) => ({ ...part, plane: planes[part.index]! }));
  const [only] = parts.length === 1 ? parts : [];
  if (kind === kinds.band || kind === kinds.nextBand) {
    if (!only) throw corruptScan('a scan of details of several colours');
    if (!isWanted(only.plane, header)) return;
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
    wasm.calls.setComponent(i, h, v, plane.samples, dc, ac, table & 3);
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
  startScan(wasm, { rows })(data, true);
}

/** Whether a plane takes in a scan of AC coefficients. Means leave out what later scans refine. */
function isWanted({ samples, blockBytes }: BlockPlane, { first, high }: ScanHeader): boolean {
  return samples > 1 || (blockBytes > 2 && high === 0 && first <= LAST_WANTED);
}

function kindOf({ first, last, high, low }: ScanHeader, progressive: boolean): number {
  if (!progressive) return kinds.sequential;
  const isDc = first === 0 && last === 0;
  const isAc = first > 0 && first <= last && last <= LAST_COEFFICIENT;
  if ((!isDc && !isAc) || low > MOST_MISSING_BITS) throw corruptScan('an impossible scan header');
  if (isAc) return high > 0 ? kinds.nextBand : kinds.band;
  return high > 0 ? kinds.nextDc : kinds.firstDc;
}

/** Checks that the scan brings what is to come next, so that their number is bounded. */
function beginPlane(
  wasm: ScaledJpegModule,
  plane: BlockPlane,
  { header, kind, tables }: { header: ScanHeader; kind: number; tables: Tables },
): void {
  const { high, low } = header;
  const refines = kind === kinds.nextDc;
  const fits = refines ? high === plane.pending && low === high - 1 : plane.pending === undefined;
  if (!fits) throw corruptScan('scans out of order');
  plane.pending = kind === kinds.sequential ? 0 : low;
  if (!refines) placeSteps(wasm, tables, plane.component.table);
}
