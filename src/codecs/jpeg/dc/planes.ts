// Reads what an eighth of a JPEG needs: DC coefficients, and the next three coefficients of components of lower resolution.
import type { Pace } from '../../../pace.ts';
import { isScan, type JpegFile } from '../file.ts';
import type { JpegComponent, JpegFrame } from '../frame.ts';
import { noTables, readJpegTables } from '../tables.ts';
import { decodeDcScan } from './dc-scan.ts';
import { decodeDetailScan } from './detail-scan.ts';
import { readScan } from './scan-header.ts';

/** One component at an eighth of its size: a value for each of its blocks. */
export type DcPlane = {
  component: JpegComponent;
  /** DC coefficients as coded, not yet multiplied by the quantisation step; `stride` per row of blocks. */
  values: Int16Array;
  stride: number;
  /** Size in blocks, without the blocks that only pad the last row and column. */
  width: number;
  height: number;
  /** Three more coefficients per block, if the component has a lower resolution than others: horizontal, vertical, both. */
  detail: Int16Array | undefined;
  /** Quantisation steps in zigzag order; empty before the first scan. */
  steps: readonly number[];
  /** Number of low bits that later scans still have to bring; undefined before the first scan. */
  pending?: number;
};

/** The planes of all components, in the order of the frame. Throws `undecodable` for corrupt data. */
export async function decodeDcPlanes(
  bytes: Uint8Array,
  { frame, parts }: JpegFile,
  pace: Pace,
): Promise<DcPlane[]> {
  const mcusWide = Math.ceil(frame.width / (8 * frame.maxH));
  const mcusHigh = Math.ceil(frame.height / (8 * frame.maxV));
  const planes = frame.components.map((component) =>
    emptyPlane(component, frame, { mcusWide, mcusHigh }),
  );
  const tables = noTables();
  for (const part of parts) {
    if (!isScan(part)) {
      readJpegTables(bytes, part, tables);
      continue;
    }
    const scan = readScan(bytes, part, { planes, progressive: frame.progressive });
    if (scan.first > 0) await decodeDetailScan(bytes, scan, { tables, pace });
    else await decodeDcScan(bytes, scan, { tables, mcusWide, mcusHigh, pace });
  }
  return planes;
}

function emptyPlane(
  component: JpegComponent,
  frame: JpegFrame,
  { mcusWide, mcusHigh }: { mcusWide: number; mcusHigh: number },
): DcPlane {
  const { h, v } = component;
  const blocks = mcusWide * h * mcusHigh * v;
  const isCoarse = 2 * h <= frame.maxH || 2 * v <= frame.maxV;
  return {
    component,
    values: new Int16Array(blocks),
    stride: mcusWide * h,
    width: Math.ceil(Math.ceil((frame.width * h) / frame.maxH) / 8),
    height: Math.ceil(Math.ceil((frame.height * v) / frame.maxV) / 8),
    detail: isCoarse ? new Int16Array(3 * blocks) : undefined,
    steps: [],
  };
}
