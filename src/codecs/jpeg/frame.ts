// Reads the frame header of a JPEG: size, precision, and the sampling of its components.
import { AppError } from '../../errors.ts';
import { viewOf } from '../bytes.ts';
import type { Segment } from './segments.ts';

export type JpegComponent = {
  id: number;
  /** Sampling factors, 1…4: it has `h / maxH` and `v / maxV` of the samples of a component at full resolution. */
  h: number;
  v: number;
  /** Number of the quantisation table. */
  table: number;
};

export type JpegFrame = {
  width: number;
  height: number;
  bitDepth: number;
  progressive: boolean;
  components: readonly JpegComponent[];
  maxH: number;
  maxV: number;
};

/** Markers of the frame headers that browsers and the decoder support: baseline, extended, progressive. */
const decodableFrames = [0xc0, 0xc1, 0xc2];
const PROGRESSIVE = 0xc2;

/** Throws `undecodable` for a corrupt header, `format_unsupported` for lossless, hierarchical and arithmetic-coded files. */
export function readJpegFrame(bytes: Uint8Array, { marker, start, end }: Segment): JpegFrame {
  if (!decodableFrames.includes(marker)) {
    throw new AppError(
      'format_unsupported',
      'jpeg: expected a baseline or progressive file, got a lossless, hierarchical or arithmetic-coded one',
    );
  }
  if (end - start < 6) throw new AppError('undecodable', 'jpeg: the frame header is cut short');
  const view = viewOf(bytes.subarray(start, end));
  const height = view.getUint16(1);
  const width = view.getUint16(3);
  const count = view.getUint8(5);
  if (width === 0 || height === 0) {
    throw new AppError(
      'undecodable',
      `jpeg: expected a size of 1×1 or more, got ${width}×${height}`,
    );
  }
  if (count === 0 || count > 4 || end - start < 6 + 3 * count) {
    throw new AppError('undecodable', `jpeg: expected 1 to 4 colour components, got ${count}`);
  }
  const components = Array.from({ length: count }, (_, i) => readComponent(view, 6 + 3 * i));
  return {
    width,
    height,
    bitDepth: view.getUint8(0),
    progressive: marker === PROGRESSIVE,
    components,
    maxH: Math.max(...components.map(({ h }) => h)),
    maxV: Math.max(...components.map(({ v }) => v)),
  };
}

function readComponent(view: DataView, at: number): JpegComponent {
  const h = view.getUint8(at + 1) >> 4;
  const v = view.getUint8(at + 1) & 15;
  if (h < 1 || h > 4 || v < 1 || v > 4) {
    throw new AppError('undecodable', `jpeg: expected sampling factors from 1 to 4, got ${h}×${v}`);
  }
  return { id: view.getUint8(at), h, v, table: view.getUint8(at + 2) };
}
