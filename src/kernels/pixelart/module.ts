// The functions of the WebAssembly module that is built from `assembly`.
import type { NamedFunctions, ParameterOrder } from '../named-functions.ts';

/** The parameters of the functions that `assembly` exports, in their order. Addresses are in bytes, sizes in floats. */
export const parameterOrder = {
  packSame: ['filter', 'out', 'inputs', 'channels'],
  sameConv: [
    'x',
    'weights',
    'bias',
    'other',
    'out',
    'height',
    'width',
    'inputs',
    'channels',
    'slope',
    'zeros',
    'strip',
    'tiles',
    'products',
  ],
  median: ['x', 'padded', 'out', 'height', 'width', 'reach'],
  srgbCodes: ['x', 'out', 'count', 'channels', 'red', 'green', 'blue', 'table', 'steps'],
  channelSum: ['x', 'out', 'count', 'red', 'green', 'blue'],
  cellPixels: ['raw', 'smooth', 'out', 'rows', 'columns', 'detail'],
  standOut: ['x', 'out', 'rows', 'columns', 'least', 'scratch'],
  calm: ['x', 'opacity', 'out', 'height', 'width', 'sharpness', 'numbers', 'planes'],
} as const satisfies ParameterOrder;

/** The functions of `assembly`, called with named numbers; the comments there say what they mean. */
export type PixelartModule = NamedFunctions<typeof parameterOrder>;
