// The WebAssembly module of `assembly`, and places in tf.js' memory for it to work on.
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** What `assembly` exports; its comments say what the numbers are. */
export type StyleModule = Record<
  'pad' | 'conv' | 'winograd' | 'planes' | 'convPlanes' | 'interleave' | 'moments' | 'normalise',
  (...numbers: number[]) => void
>;

/** What kernels use of tf.js' WASM backend. */
export type Backend = {
  dataIdMap: { get: (dataId: object) => { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: 'float32') => TensorInfo;
  disposeData: (dataId: object) => unknown;
};

/** The memory that tensors lie in, as kernels use it. */
export type Workspace = {
  /** Address of a tensor's values. */
  at: (tensor: TensorInfo) => number;
  output: (shape: number[]) => TensorInfo;
  /** Address of `floats` floats that are free again after the kernel. */
  scratch: (floats: number) => number;
  /** Values at an address, until the next allocation. */
  floats: (address: number, count: number) => Float32Array;
  doubles: (address: number, count: number) => Float64Array;
};

/** Runs a kernel with a workspace, and frees what it took for itself. */
export function withWorkspace(
  { backend, memory }: { backend: Backend; memory: WebAssembly.Memory },
  kernel: (workspace: Workspace) => TensorInfo,
): TensorInfo {
  const taken: TensorInfo[] = [];
  const at = ({ dataId }: TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset;
  try {
    return kernel({
      at,
      output: (shape) => backend.makeOutput(shape, 'float32'),
      scratch(floats) {
        const place = backend.makeOutput([floats], 'float32');
        taken.push(place);
        return at(place);
      },
      floats: (address, count) => new Float32Array(memory.buffer, address, count),
      doubles: (address, count) => new Float64Array(memory.buffer, address, count),
    });
  } finally {
    for (const { dataId } of taken) backend.disposeData(dataId);
  }
}
