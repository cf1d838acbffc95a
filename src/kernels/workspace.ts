// The memory of tf.js' WASM backend as kernels of our own use it.
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The part of tf.js' WASM backend that kernels use. */
export type Backend = {
  dataIdMap: { get: (dataId: object) => { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: 'float32' | 'int32') => TensorInfo;
  /** The instance's own functions; allocating throws if there is no memory. */
  wasm: { _malloc: (bytes: number) => number; _free: (address: number) => void };
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
  wholes: (address: number, count: number) => Int32Array;
};

/** Runs a kernel with a workspace, and then frees what it allocated with `scratch` and `put`. */
export function withWorkspace(
  { backend, memory }: { backend: Backend; memory: WebAssembly.Memory },
  kernel: (workspace: Workspace) => TensorInfo,
): TensorInfo {
  const places: number[] = [];
  const scratch = (count: number): number => {
    // Not as a tensor, which takes several times as long.
    const place = backend.wasm._malloc(4 * count) >>> 0;
    places.push(place);
    return place;
  };
  try {
    return kernel({
      at: ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
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
      wholes: (address, count) => new Int32Array(memory.buffer, address, count),
    });
  } finally {
    for (const place of places) backend.wasm._free(place);
  }
}
