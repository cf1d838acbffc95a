// The WebAssembly module that is built from `assembly`: kernels of hybrid and pixelate.
import type { NamedFunctions, ParameterOrder } from '../named-functions.ts';

/** The parameters of the functions that `assembly` exports, in their order. Addresses are in bytes, sizes in floats. */
export const parameterOrder = {
  unpack: [
    'pixels',
    'out',
    'height',
    'width',
    'fullHeight',
    'fullWidth',
    'channels',
    'grey',
    'factor',
    'low',
  ],
  pack: ['x', 'under', 'out', 'height', 'width', 'fullWidth', 'channels', 'truncate'],
  pool: ['x', 'out', 'height', 'width', 'channels', 'coarse', 'exponent', 'least', 'row'],
  power: ['x', 'out', 'count', 'exponent', 'least'],
  rootSlope: ['y', 'goal', 'out', 'count', 'exponent', 'least', 'roots'],
  blur: [
    'x',
    'out',
    'height',
    'width',
    'channels',
    'taps',
    'radius',
    'scaleX',
    'scaleY',
    'before',
    'row',
    'rows',
  ],
  spread: ['grid', 'base', 'out', 'height', 'width', 'channels', 'coarse', 'factor', 'scratch'],
  pull: [
    'x',
    'target',
    'grid',
    'out',
    'height',
    'width',
    'channels',
    'coarse',
    'exponent',
    'least',
    'keep',
    'far',
    'near',
    'low',
    'high',
    'scratch',
  ],
} as const satisfies ParameterOrder;

/** The functions of `assembly`, called with named numbers; the comments there say what they mean. */
export type EffectsModule = NamedFunctions<typeof parameterOrder>;
