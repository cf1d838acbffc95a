// The memory of tf.js' WASM backend as kernels of our own use it.
import type { TensorInfo } from '@tensorflow/tfjs-core';

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
