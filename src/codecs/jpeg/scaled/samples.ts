// Decodes a JPEG file in one scan: each row of units becomes samples of the size asked for, and those become pixels at once.
import { createImage, type Image } from '../../../image.ts';
import { isScan, type JpegFile } from '../file.ts';
import type { JpegFrame } from '../frame.ts';
import type { ScaledJpegModule } from './module.ts';
import { readScanHeader, type ScanRun, startScan } from './scan.ts';
import { hasCodes, noTables, placeCodes, placeSteps, readTables, type Tables } from './tables.ts';

/** How much smaller the picture becomes. */
export type Scale = 2 | 4 | 8;

export type Sampling = 'grey' | '4:4:4' | '4:2:2' | '4:2:0';

/** The sampling of files that `decodeSamples` and `decodeSums` decode; undefined for others. */
export function samplingOf({
  frame: { components },
  colour,
}: Pick<JpegFile, 'frame' | 'colour'>): Sampling | undefined {
  if (components.length === 1) return 'grey';
  if (colour !== 'YCbCr') return undefined;
  const [first, ...others] = components;
  if (!first || others.some(({ h, v }) => h !== 1 || v !== 1)) return undefined;
  const known = { '1×1': '4:4:4', '2×1': '4:2:2', '2×2': '4:2:0' } as const;
  return known[`${first.h}×${first.v}` as keyof typeof known];
}

/** A file that `decodeSamples` decodes, with its tables. */
export type OneScan = {
  file: JpegFile;
  tables: Tables;
  sampling: Sampling;
  /** Where the data of the scan begins. */
  dataStart: number;
  header: ReturnType<typeof readScanHeader>;
};

/**
 * Undefined unless the file is sequential, in one scan of all components, grey or YCbCr in 4:4:4, 4:2:2 or 4:2:0, and defines all tables that
 * it uses.
 */
export function oneScanOf(bytes: Uint8Array, file: JpegFile): OneScan | undefined {
  const { frame, parts, buffered } = file;
  const sampling = samplingOf(file);
  if (buffered || !sampling) return undefined;
  const tables = noTables();
  for (const part of parts) {
    if (!isScan(part)) {
      readTables(bytes, part, tables);
      continue;
    }
    const ids = frame.components.map(({ id }) => id);
    const header = readScanHeader(bytes.subarray(part.start, part.end), ids);
    const inOrder = header.parts.every(({ index }, i) => index === i);
    const defined =
      hasCodes(tables, slotsOf(header)) &&
      frame.components.every(({ table }) => tables.quantisation[table]);
    if (!inOrder || !defined || header.parts.length !== ids.length) return undefined;
    return { file, tables, sampling, dataStart: part.end, header };
  }
  return undefined;
}

const slotsOf = ({ parts }: OneScan['header']): number[] =>
  parts.flatMap(({ dc, ac }) => [dc, 4 + ac]);

/** The picture at ⌈edge / scale⌉ of a file that begins with `bytes`. Throws `undecodable` for damaged data. */
export function decodeSamples(
  wasm: ScaledJpegModule,
  { bytes, scan, scale }: { bytes: Uint8Array; scan: OneScan; scale: Scale },
): Image {
  const { image, run } = startSamples(wasm, scan, scale);
  run(bytes.subarray(scan.dataStart), true);
  return image;
}

/** The picture that `run` paints from the data of the scan. Throws `undecodable` for impossible tables. */
export function startSamples(
  wasm: ScaledJpegModule,
  { file, tables, header, sampling }: OneScan,
  scale: Scale,
): { image: Image; run: ScanRun } {
  const layout = layOut(file.frame, sampling, scale);
  placeCodes(wasm, tables, slotsOf(header));
  file.frame.components.forEach(({ table }, i) => {
    placeSteps(wasm, tables, table);
    const { across, down, samples } = layout.components[i]!;
    const { dc, ac } = header.parts[i]!;
    wasm.placeBasis(samples);
    wasm.calls.setComponent(i, across, down, samples, dc, ac, table);
  });
  const { unitsAcross, rowsOfUnit, size } = layout;
  const room = wasm.calls.beginSamples(
    layout.components.length,
    unitsAcross,
    tables.restartInterval,
  );
  const image = createImage(size);
  const planes = layout.components.map((_, i) => ({
    start: wasm.calls.planeOf(i),
    stride: wasm.calls.strideOf(i),
  }));
  const paint = createPainter(wasm, { layout, planes, room });
  const rows = Math.ceil(size.height / rowsOfUnit);
  return {
    image,
    run: startScan(wasm, { rows, each: (row) => paint(image, row * rowsOfUnit) }),
  };
}

export type Layout = {
  size: { width: number; height: number };
  scale: Scale;
  sampling: Sampling;
  /** Of each component: blocks in a unit, across and down, and samples that a block becomes along an edge. */
  components: { across: number; down: number; samples: number }[];
  unitsAcross: number;
  /** Rows of the result in a row of units. */
  rowsOfUnit: number;
};

export function layOut(frame: JpegFrame, sampling: Sampling, scale: Scale): Layout {
  const { width, height, components, maxH, maxV } = frame;
  const own = 8 / scale;
  // A scan of one component has no units of several blocks, whatever its factors.
  const single = components.length === 1;
  return {
    size: { width: Math.ceil(width / scale), height: Math.ceil(height / scale) },
    scale,
    sampling,
    components: components.map(({ h, v }) => {
      if (single) return { across: 1, down: 1, samples: own };
      // As libjpeg does: a component of half the resolution both ways is shrunk by half as much.
      return { across: h, down: v, samples: 2 * h === maxH && 2 * v === maxV ? 2 * own : own };
    }),
    unitsAcross: Math.ceil(width / (single ? 8 : 8 * maxH)),
    rowsOfUnit: own * (single ? 1 : maxV),
  };
}

/** Samples of a component in a row of units: their address, and bytes from row to row. */
export type SamplePlane = { start: number; stride: number };

/** Bytes that SIMD may read and write behind a row. */
export const MARGIN = 32;

/** Makes pixels of the planes of samples of a row of units; `room` is where free memory begins. */
export function createPainter(
  { calls, bytes, reserve }: ScaledJpegModule,
  { layout, planes, room }: { layout: Layout; planes: readonly SamplePlane[]; room: number },
): (image: Image, top: number) => void {
  const { size, sampling, scale, rowsOfUnit } = layout;
  const stretched = { blue: room, red: room + size.width + 2 * MARGIN };
  const pixels = stretched.red + size.width + 2 * MARGIN;
  const rowBytes = 4 * size.width;
  reserve(pixels + rowBytes * rowsOfUnit + MARGIN);
  const samples = Math.ceil(size.width / 2);
  // libjpeg interpolates only if a block becomes more than a sample and a row has more than two.
  const stretch = scale < 8 && samples > 2 ? calls.interpolateRow : calls.repeatRow;
  const rowOf = (plane: number, y: number) => planes[plane]!.start + y * planes[plane]!.stride;
  const paintRow = (y: number, to: number): void => {
    if (sampling === 'grey') {
      calls.greyRow(rowOf(0, y), to, size.width);
      return;
    }
    let [blue, red] = [rowOf(1, y), rowOf(2, y)];
    if (sampling === '4:2:2') {
      stretch(blue, stretched.blue, samples);
      stretch(red, stretched.red, samples);
      ({ blue, red } = stretched);
    }
    calls.colourRow(rowOf(0, y), blue, red, to, size.width);
  };
  return (image, top) => {
    const rows = Math.min(rowsOfUnit, size.height - top);
    for (let y = 0; y < rows; y++) paintRow(y, pixels + y * rowBytes);
    image.data.set(bytes(pixels, rows * rowBytes), top * rowBytes);
  };
}
