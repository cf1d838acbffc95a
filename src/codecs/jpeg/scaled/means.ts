// Decodes an eighth of a JPEG in several scans, from the coefficients that means need.
import type { Image } from '../../../image.ts';
import type { JpegFile } from '../file.ts';
import type { ScaledJpegModule } from './module.ts';
import { type Plane, paintPlanes } from './paint-planes.ts';
import { decodeScans, placePlanes } from './scans.ts';

/** The picture at ⌈edge / 8⌉; coarser components are interpolated. Throws `undecodable` for damaged data. */
export function decodeMeans(wasm: ScaledJpegModule, bytes: Uint8Array, file: JpegFile): Image {
  const { maxH, maxV } = file.frame;
  const factorsOf = ({ h, v }: { h: number; v: number }) => ({
    across: 2 * h <= maxH ? 2 : 1,
    down: 2 * v <= maxV ? 2 : 1,
  });
  const { planes: blocks, end } = placePlanes(wasm, file, (component) => {
    const { across, down } = factorsOf(component);
    return { blockBytes: across * down > 1 ? 8 : 2, samples: 1 };
  });
  const planes = blocks.map((plane): Plane => ({ ...plane, ...factorsOf(plane.component) }));
  decodeScans(wasm, { bytes, file, planes });
  return paintPlanes(wasm, { planes, file, room: end });
}
