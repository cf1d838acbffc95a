// Decodes a half or a quarter of a JPEG in several scans. Every block holds sums of its samples, which grow with each scan; the coefficients
// themselves would take up to four times the memory.
import type { Image } from '../../../image.ts';
import { createImage } from '../../../image.ts';
import { isScan, type JpegFile } from '../file.ts';
import { marker } from '../segments.ts';
import type { ScaledJpegModule } from './module.ts';
import {
  createPainter,
  layOut,
  MARGIN,
  type SamplePlane,
  type Sampling,
  type Scale,
  samplingOf,
} from './samples.ts';
import { readScanHeader } from './scan.ts';
import { type BlockPlane, decodeScans, placePlanes } from './scans.ts';

/** Bytes in front of the sums of a block, and of a sum. */
const HEAD_BYTES = 16;
const SUM_BYTES = 2;

/** Bytes of a block that holds the sums of `samples`×`samples` samples. */
export const blockBytesOf = (samples: number): number => HEAD_BYTES + SUM_BYTES * samples * samples;

/** The sampling of a file that `decodeSums` decodes; undefined for others. */
export function sumSamplingOf(bytes: Uint8Array, file: JpegFile): Sampling | undefined {
  return file.buffered && hasAllCoefficients(bytes, file) ? samplingOf(file) : undefined;
}

/** The picture at ⌈edge / scale⌉. Throws `undecodable` for damaged data. */
export function decodeSums(
  wasm: ScaledJpegModule,
  {
    bytes,
    file,
    sampling,
    scale,
  }: { bytes: Uint8Array; file: JpegFile; sampling: Sampling; scale: Scale },
): Image {
  const { frame } = file;
  const layout = layOut(frame, sampling, scale);
  const { planes, end } = placePlanes(wasm, file, (component) => {
    const { samples } = layout.components[frame.components.indexOf(component)]!;
    return { samples, blockBytes: blockBytesOf(samples) };
  });
  decodeScans(wasm, { bytes, file, planes });
  let room = end;
  const rows = layout.components.map(({ across, down, samples }): SamplePlane => {
    const start = room;
    const stride = layout.unitsAcross * across * samples + MARGIN;
    room += stride * down * samples + MARGIN;
    return { start, stride };
  });
  wasm.reserve(room);
  const image = createImage(layout.size);
  const paint = createPainter(wasm, { layout, planes: rows, room });
  for (let top = 0, y = 0; top < layout.size.height; top += layout.rowsOfUnit, y++) {
    layout.components.forEach(({ across, down, samples }, i) => {
      const { start, stride } = rows[i]!;
      selectPlane(wasm, i, planes[i]!);
      for (let row = 0; row < down; row++) {
        const to = start + row * samples * stride;
        wasm.calls.samplesRow(i, y * down + row, to, stride, layout.unitsAcross * across);
      }
    });
    paint(image, top);
  }
  return image;
}

function selectPlane({ calls }: ScaledJpegModule, index: number, plane: BlockPlane): void {
  calls.setComponent(index, 1, 1, plane.samples, 0, 0, 0);
  calls.setCoefficients(index, plane.start, plane.blockBytes, plane.stride);
}

/**
 * Whether the scans bring every bit of every coefficient once, the upper ones first and DC before the rest, and the quantisation tables come in
 * front of them. What other files mean is left to libjpeg.
 */
function hasAllCoefficients(bytes: Uint8Array, { frame, parts }: JpegFile): boolean {
  const ids = frame.components.map(({ id }) => id);
  /** Bits of each coefficient that are still to come; 255 before its first scan. */
  const missing = ids.map(() => new Uint8Array(64).fill(255));
  let begun = false;
  for (const part of parts) {
    if (!isScan(part)) {
      if (begun && part.marker === marker.dqt) return false;
      continue;
    }
    begun = true;
    const header = readScanHeader(bytes.subarray(part.start, part.end), ids);
    const { first, last, high, low } = frame.progressive
      ? header
      : { first: 0, last: 63, high: 0, low: 0 };
    if (last > 63 || first > last || (high > 0 && low !== high - 1)) return false;
    for (const { index } of header.parts) {
      const own = missing[index]!;
      const before = own.subarray(first, last + 1);
      if (!before.every((bits) => bits === (high > 0 ? high : 255))) return false;
      if (first > 0 && own[0] === 255) return false;
      before.fill(low);
    }
  }
  return missing.every((own) => own.every((bits) => bits === 0));
}
