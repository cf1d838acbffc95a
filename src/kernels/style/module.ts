// The functions of the WebAssembly module that is built from `assembly`.
import type { NamedFunctions, ParameterOrder } from '../named-functions.ts';

/** The parameters of the functions that `assembly` exports, in their order. Addresses are in bytes, sizes and steps in floats. */
export const parameterOrder = {
  pad: ['x', 'out', 'height', 'width', 'channels', 'border', 'twice', 'oddRows', 'oddColumns'],
  conv: [
    'x',
    'weights',
    'bias',
    'out',
    'height',
    'width',
    'channels',
    'taps',
    'run',
    'xRow',
    'xStep',
    'xPixel',
    'outRow',
    'outPixel',
    'least',
    'most',
  ],
  winograd: [
    'x',
    'weights',
    'zeros',
    'out',
    'height',
    'width',
    'inputs',
    'channels',
    'tiles',
    'products',
  ],
  planes: ['x', 'out', 'height', 'width', 'channels', 'border', 'row'],
  convPlanes: [
    'x',
    'weights',
    'out',
    'height',
    'width',
    'channels',
    'side',
    'xRow',
    'xPlane',
    'outRow',
  ],
  interleave: ['x', 'out', 'height', 'width', 'row'],
  moments: ['x', 'count', 'period', 'middle', 'sums'],
  normalise: ['x', 'out', 'count', 'period', 'means', 'scales', 'shifts', 'other', 'least'],
} as const satisfies ParameterOrder;

/** The functions of `assembly`, called with named numbers; the comments there say what they mean. */
export type StyleModule = NamedFunctions<typeof parameterOrder>;
