// The kernels of `srgbCodes`, `standingOut` and `bilateral` on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { codeOfRoot } from '../../tensor/colour/colour.ts';
import { AROUND, type BilateralAttrs, REACH } from '../../tensor/ops/bilateral.ts';
import type { SrgbCodesAttrs } from '../../tensor/ops/srgb-codes.ts';
import { LEAST_WEIGHT } from '../../tensor/ops/standing-out.ts';
import type { Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import type { PixelartModule } from './module.ts';

/** Edge of a cell in pixels, as in `assembly/stand-out.ts`. */
const CELL = 4;

/** `srgbCodes`. */
export function srgbCodesKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x }: { x: Input3D },
  { behind: [red, green, blue] }: SrgbCodesAttrs,
): TensorInfo {
  const [height, width, channels] = x.shape;
  const out = space.output([height, width, 3]);
  const table = space.put(codeOfRoot);
  const colours = { red, green, blue };
  const steps = codeOfRoot.length - 2;
  const count = height * width;
  wasm.srgbCodes({ x: space.at(x), out: space.at(out), count, channels, ...colours, table, steps });
  return out;
}

/** `standingOut`. Throws `RangeError` unless both sides are multiples of 4. */
export function standingOutKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x }: { x: Input3D },
): TensorInfo {
  const [height, width] = x.shape;
  const [rows, columns] = [height / CELL, width / CELL];
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    throw new RangeError(`expected sides that are multiples of ${CELL}, got ${width}×${height}`);
  const out = space.output([rows, columns, 3]);
  const scratch = space.scratch(12 * rows * columns);
  wasm.standOut({
    x: space.at(x),
    out: space.at(out),
    rows,
    columns,
    least: LEAST_WEIGHT,
    scratch,
  });
  return out;
}

// 2^v for v between −½ and ½ as a polynomial, with errors below 1e-6. The first number, added to one below 2^22, leaves the nearest
// whole number in the lowest bits.
const EXPONENTIAL = [
  12582912, 1, 0.69314697, 0.2402212, 0.0555071327, 0.00967554133, 0.00132764716,
];
const NUMBERS = Float32Array.from([
  ...EXPONENTIAL,
  ...AROUND.map(({ apart }) => -apart * Math.LOG2E),
]);

/** `bilateral`. */
export function bilateralKernel(
  wasm: PixelartModule,
  space: Workspace,
  { x, opacity }: { x: Input3D; opacity?: TensorInfo },
  { range }: BilateralAttrs,
): TensorInfo {
  const [height, width] = x.shape;
  const out = space.output([height, width, 3]);
  const floats = 4 * (height + 2 * REACH) * (4 * Math.ceil(width / 4) + 2 * REACH);
  const planes = space.scratch(floats);
  const numbers = space.put(NUMBERS);
  space.floats(planes, floats).fill(0);
  wasm.calm({
    x: space.at(x),
    opacity: opacity ? space.at(opacity) : 0,
    out: space.at(out),
    height,
    width,
    sharpness: Math.LOG2E / (2 * range * range),
    numbers,
    planes,
  });
  return out;
}
