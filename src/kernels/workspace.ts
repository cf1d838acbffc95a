// The memory of tf.js' WASM backend as kernels of our own use it.
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The part of tf.js' WASM backend that kernels use. */
export type Backend = {
  dataIdMap: { get: (dataId: object) => { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: 'float32' | 'int32') => TensorInfo;
  disposeData: (dataId: object) => unknown;
};

/** The memory of the tensors, as kernels use it. */
export type Workspace = {
  /** Address of a tensor's values. */
  at: (tensor: TensorInfo) => number;
  /** A new tensor, of floats unless `dtype` is given. */
  output: (shape: number[], dtype?: 'float32' | 'int32') => TensorInfo;
  /** Allocates `floats` floats, which are freed after the kernel; returns their address. */
  scratch: (floats: number) => number;
  /** Copies the values to scratch memory; returns their address. */
  put: (values: Float32Array | Int32Array) => number;
  /** The values at an address; valid until the next allocation. */
  floats: (address: number, count: number) => Float32Array;
  doubles: (address: number, count: number) => Float64Array;
};

/** Runs a kernel with a workspace, and then frees what it allocated with `scratch` and `put`. */
export function withWorkspace(
  { backend, memory }: { backend: Backend; memory: WebAssembly.Memory },
  kernel: (workspace: Workspace) => TensorInfo,
): TensorInfo {
  const places: TensorInfo[] = [];
  const at = ({ dataId }: TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
  const scratch = (count: number): number => {
    const place = backend.makeOutput([count], 'float32');
    places.push(place);
    return at(place);
  };
  try {
    return kernel({
      at,
      output: (shape, dtype = 'float32') => backend.makeOutput(shape, dtype),
      scratch,
      put(values) {
        const address = scratch(values.length);
        const { buffer, byteOffset, byteLength } = values;
        new Uint8Array(memory.buffer, address).set(new Uint8Array(buffer, byteOffset, byteLength));
        return address;
      },
      floats: (address, count) => new Float32Array(memory.buffer, address, count),
      doubles: (address, count) => new Float64Array(memory.buffer, address, count),
    });
  } finally {
    for (const { dataId } of places) backend.disposeData(dataId);
  }
}
