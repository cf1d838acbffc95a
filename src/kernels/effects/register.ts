// Registers the kernels of hybrid and pixelate with tf.js' WASM backend.
import { CELLS } from '../../tensor/cells/cell-colours.ts';
import { HALVE, POOL, POOL_PIXELS, SPREAD } from '../../tensor/filter/coarse-grid.ts';
import { BLUR } from '../../tensor/filter/gaussian.ts';
import { DETAIL, EXTENTS, ROOM } from '../../tensor/filter/near-band.ts';
import { CUT, PACK, UNPACK } from '../../tensor/ops/packed-pixels.ts';
import { POWER, ROOT_SLOPE } from '../../tensor/ops/power.ts';
import { PULL, PULL_PIXELS } from '../../tensor/ops/pull.ts';
import { CLUSTER } from '../../tensor/palette/cluster.ts';
import { PALETTE_INDICES } from '../../tensor/palette/palette-indices.ts';
import { namedFunctions } from '../named-functions.ts';
import { registerKernels } from '../register-kernels.ts';
import { cellsKernel } from './cell-kernels.ts';
import {
  blurKernel,
  halveKernel,
  poolKernel,
  poolPixelsKernel,
  pullKernel,
  pullPixelsKernel,
  spreadKernel,
} from './filter-kernels.ts';
import { parameterOrder } from './module.ts';
import { detailKernel, extentsKernel, roomKernel } from './near-band-kernels.ts';
import { clusterKernel, paletteIndicesKernel } from './palette-kernels.ts';
import {
  cutKernel,
  packKernel,
  powerKernel,
  rootSlopeKernel,
  unpackKernel,
} from './pixel-kernels.ts';

/** Registers kernels that run `module`, built from `assembly`, on the backend's `memory`. */
export function registerEffectKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  registerKernels(
    { wasm: namedFunctions(exports, parameterOrder), memory },
    {
      [CUT]: cutKernel,
      [UNPACK]: unpackKernel,
      [PACK]: packKernel,
      [POWER]: powerKernel,
      [ROOT_SLOPE]: rootSlopeKernel,
      [POOL]: poolKernel,
      [POOL_PIXELS]: poolPixelsKernel,
      [HALVE]: halveKernel,
      [BLUR]: blurKernel,
      [SPREAD]: spreadKernel,
      [PULL]: pullKernel,
      [PULL_PIXELS]: pullPixelsKernel,
      [EXTENTS]: extentsKernel,
      [ROOM]: roomKernel,
      [DETAIL]: detailKernel,
      [CELLS]: cellsKernel,
      [PALETTE_INDICES]: paletteIndicesKernel,
      [CLUSTER]: clusterKernel,
    },
  );
}
