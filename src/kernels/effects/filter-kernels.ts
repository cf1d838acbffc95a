// Kernels of hybrid that look at neighbouring pixels, on tf.js' WASM backend.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PoolAttrs, SpreadAttrs } from '../../tensor/filter/coarse-grid.ts';
import { type BlurAttrs, inverseShares, isWide } from '../../tensor/filter/gaussian.ts';
import type { Reading } from '../../tensor/ops/packed-pixels.ts';
import type { PowerAttrs } from '../../tensor/ops/power.ts';
import type { PullAttrs } from '../../tensor/ops/pull.ts';
import type { Input2D, Input3D } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { enlargedRows } from './enlarged-rows.ts';
import type { EffectsModule } from './module.ts';

/** Values that `assembly/blurs/blur.ts` computes at a time. */
const GROUP = 16;

const WITHOUT_POWER: PowerAttrs = { exponent: 1, least: 0 };

const powerOf = ({ exponent, least, isRough = false }: PowerAttrs) => ({
  exponent,
  least,
  rough: isRough ? 1 : 0,
});

/** `pooled`. */
export function poolKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x }: { x: Input3D },
  { coarse, power = WITHOUT_POWER }: PoolAttrs,
): TensorInfo {
  const [height, width, channels] = x.shape;
  const result = space.output([height / coarse, width / coarse, channels]);
  const row = space.scratch(2 * (width * channels + 4));
  wasm.pool({
    x: space.at(x),
    out: space.at(result),
    height,
    width,
    channels,
    coarse,
    ...powerOf(power),
    row,
  });
  return result;
}

/** `pooledPixels`. */
export function poolPixelsKernel(
  wasm: EffectsModule,
  space: Workspace,
  { pixels }: { pixels: Input2D },
  { coarse, channels, isGrey, power = WITHOUT_POWER }: PoolAttrs & Reading,
): TensorInfo {
  const [height, width] = pixels.shape;
  const result = space.output([height / coarse, width / coarse, channels]);
  wasm.poolPixels({
    row: space.scratch(2 * (width * channels + 4)),
    table: isGrey || power.exponent === 1 ? 0 : space.put(powersOfLevels(power)),
    pixels: space.at(pixels),
    out: space.at(result),
    height,
    width,
    channels,
    coarse,
    grey: isGrey ? 1 : 0,
    exponent: power.exponent,
    least: power.least,
  });
  return result;
}

const powersOfLevels = ({ exponent, least }: PowerAttrs): Float32Array =>
  Float32Array.from({ length: 256 }, (_, level) => Math.max(least, level / 255) ** exponent);

/** `halved`. */
export function halveKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x }: { x: Input3D },
): TensorInfo {
  const [height, width, channels] = x.shape;
  const result = space.output([height / 2, width / 2, channels]);
  wasm.halve({
    row: space.scratch((width + 2) * channels + 4),
    x: space.at(x),
    out: space.at(result),
    height,
    width,
    channels,
  });
  return result;
}

/** `blurred`. */
export function blurKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x }: { x: Input3D },
  attrs: BlurAttrs,
): TensorInfo {
  const { taps, normalise, isReflected = false } = attrs;
  const [height, width, channels] = x.shape;
  const radius = (taps.length - 1) / 2;
  const length = width * channels;
  const stride = GROUP * Math.ceil(length / GROUP);
  const result = space.output([height, width, channels]);
  const isScaled = normalise !== 'none';
  const before = normalise === 'before';
  const common = {
    taps: space.put(taps),
    scaleX: isScaled ? space.put(repeated(inverseShares(attrs, width), channels)) : 0,
    scaleY: isScaled ? space.put(inverseShares(attrs, height)) : 0,
    x: space.at(x),
    out: space.at(result),
    ...{ height, width, channels, radius },
    before: before ? 1 : 0,
  };
  if (isWide(attrs)) {
    const pixels = Math.ceil(width / 2) + radius + 8;
    const rows = Math.ceil(height / 2) + 4 + (before || stride !== length ? height : 0);
    wasm.wideBlur({
      ...common,
      line: space.scratch(4 * (pixels * channels + 4 * GROUP)),
      rows: space.scratch(stride * rows),
    });
  } else {
    wasm.blur({
      ...common,
      row: space.scratch(stride + Math.max(stride, 2 * radius * channels)),
      rows: space.scratch(stride * height),
    });
  }
  if (isReflected) wasm.reflect({ x: space.at(x), out: space.at(result), count: height * length });
  return result;
}

/** Each value once for each channel. */
function repeated(values: Float32Array, channels: number): Float32Array {
  const result = new Float32Array(values.length * channels);
  for (let i = 0, k = 0; i < values.length; i++) {
    for (let c = 0; c < channels; c++) result[k++] = values[i]!;
  }
  return result;
}

/** `spread`. */
export function spreadKernel(
  wasm: EffectsModule,
  space: Workspace,
  { grid, base }: { grid: Input3D; base?: TensorInfo },
  { coarse, factor }: SpreadAttrs,
): TensorInfo {
  const [height, width, channels] = grid.shape;
  const result = space.output([coarse * height, coarse * width, channels]);
  wasm.spread({
    scratch: enlargedRows(space, { width, channels, coarse }),
    grid: space.at(grid),
    base: base ? space.at(base) : 0,
    out: space.at(result),
    height,
    width,
    channels,
    coarse,
    factor,
  });
  return result;
}

/** `pull`. */
export function pullKernel(
  wasm: EffectsModule,
  space: Workspace,
  { x, target, grid }: Record<'x' | 'target', TensorInfo> & { grid: Input3D },
  { coarse, power, keep, far, near, range }: PullAttrs,
): TensorInfo {
  const [height, width, channels] = grid.shape;
  const result = space.output(x.shape);
  wasm.pull({
    scratch: enlargedRows(space, { width, channels, coarse }),
    light: space.scratch(coarse * width * channels + 4),
    x: space.at(x),
    target: space.at(target),
    grid: space.at(grid),
    out: space.at(result),
    height,
    width,
    channels,
    coarse,
    ...powerOf(power),
    keep,
    far,
    near,
    ...range,
  });
  return result;
}

/** `pulledPixels`. */
export function pullPixelsKernel(
  wasm: EffectsModule,
  space: Workspace,
  {
    x,
    target,
    grid,
    under,
  }: Record<'x' | 'target', TensorInfo> & { grid: Input3D; under: Input2D },
  { coarse, power, keep, far, near, range }: PullAttrs,
): TensorInfo {
  const [height, width, channels] = grid.shape;
  const [pixelHeight, pixelWidth] = under.shape;
  const result = space.output([pixelHeight, pixelWidth], 'int32');
  wasm.pullPixels({
    scratch: enlargedRows(space, { width, channels, coarse }),
    x: space.at(x),
    target: space.at(target),
    grid: space.at(grid),
    under: space.at(under),
    out: space.at(result),
    ...{ pixelHeight, pixelWidth, height, width, coarse },
    least: power.least,
    ...{ keep, far, near },
    ...range,
  });
  return result;
}
