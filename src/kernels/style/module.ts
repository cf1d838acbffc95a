// The WebAssembly module that is built from `assembly`, and the memory that it shares with tf.js.
import type { TensorInfo } from '@tensorflow/tfjs-core';

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
} as const satisfies Record<string, readonly string[]>;

type FunctionName = keyof typeof parameterOrder;

/** The functions of `assembly`, called with named numbers; the comments there say what they mean. */
export type StyleModule = {
  [Name in FunctionName]: (
    numbers: Readonly<Record<(typeof parameterOrder)[Name][number], number>>,
  ) => void;
};

/** Wraps the exports of an instance of `assembly`. */
export function styleModuleOf(exports: WebAssembly.Exports): StyleModule {
  const functions = Object.entries(parameterOrder).map(([name, order]) => {
    const call = exports[name] as (...numbers: number[]) => void;
    const named = (numbers: Record<string, number>) => call(...order.map((key) => numbers[key]!));
    return [name, named] as const;
  });
  return Object.fromEntries(functions) as Record<
    FunctionName,
    (numbers: Record<string, number>) => void
  >;
}

/** The part of tf.js' WASM backend that kernels use. */
export type Backend = {
  dataIdMap: { get: (dataId: object) => { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: 'float32') => TensorInfo;
  disposeData: (dataId: object) => unknown;
};

/** The memory of the tensors, as kernels use it. */
export type Workspace = {
  /** Address of a tensor's values. */
  at: (tensor: TensorInfo) => number;
  output: (shape: number[]) => TensorInfo;
  /** Allocates `floats` floats, which are freed after the kernel; returns their address. */
  scratch: (floats: number) => number;
  /** The values at an address; valid until the next allocation. */
  floats: (address: number, count: number) => Float32Array;
  doubles: (address: number, count: number) => Float64Array;
};

/** Runs a kernel with a workspace, and then frees what it allocated with `scratch`. */
export function withWorkspace(
  { backend, memory }: { backend: Backend; memory: WebAssembly.Memory },
  kernel: (workspace: Workspace) => TensorInfo,
): TensorInfo {
  const scratch: TensorInfo[] = [];
  const at = ({ dataId }: TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
  try {
    return kernel({
      at,
      output: (shape) => backend.makeOutput(shape, 'float32'),
      scratch(floats) {
        const place = backend.makeOutput([floats], 'float32');
        scratch.push(place);
        return at(place);
      },
      floats: (address, count) => new Float32Array(memory.buffer, address, count),
      doubles: (address, count) => new Float64Array(memory.buffer, address, count),
    });
  } finally {
    for (const { dataId } of scratch) backend.disposeData(dataId);
  }
}
