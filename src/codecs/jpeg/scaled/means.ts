// Decodes an eighth of a JPEG in several scans, from the coefficients that means need.
import type { Image } from '../../../image.ts';
import { corruptScan } from '../corrupt-scan.ts';
import { isScan, type JpegFile } from '../file.ts';
import { address, type ScaledJpegModule } from './module.ts';
import { type Plane, paintPlanes } from './paint-planes.ts';
import { readScanHeader, type ScanHeader, startScan } from './scan.ts';
import { noTables, placeCodes, placeSteps, readTables, type Tables } from './tables.ts';

/** What a scan is decoded to: `assembly/scan.ts` has the same numbers. */
const kinds = { firstDc: 1, nextDc: 2, sequential: 3, band: 4 } as const;

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
  startScan(wasm, { rows })(data, true);
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
