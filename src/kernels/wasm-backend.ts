// Registers tf.js' WASM SIMD backend from a compiled module, the only way workerd can run it, with kernels of ours on the same memory.
import {
  engine,
  findBackendFactory,
  type KernelBackend,
  ready,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { createHeaps, type Heap, type Heaps, type Tenancy } from '../codecs/wasm/heaps.ts';
import { growTightly } from '../codecs/wasm/tight-growth.ts';
import { AppError } from '../errors.ts';
import factory, { type Instance } from '../generated/tfjs-glue.js';
import { registerStyleKernels } from './style/register.ts';

export type TensorModules = {
  /** The package's SIMD build with its memory imported. */
  tfjs: WebAssembly.Module;
  /** `assembly`. */
  style: WebAssembly.Module;
  /** The package's class, its kernels registered; the package is loaded in another way on each platform. */
  BackendWasm: new (
    wasm: never,
  ) => KernelBackend;
};

export type WasmBackend = {
  /** To be awaited before tensors are made: starts afresh where the memory went to somebody else, or a kernel failed. */
  prepare: () => Promise<void>;
  /** Tells that a kernel failed and left the instance in an unknown state. */
  failed: () => void;
};

export type WasmBackendOptions = {
  /** Whose large memory it settles in; it has one of its own unless given. */
  heaps?: Heaps;
  maxBytes?: number;
};

/**
 * Makes tf.js' single-threaded WASM backend. A tensor for which the heap would have to grow beyond `maxBytes` is refused with
 * `over_budget`, before anything is changed.
 */
export function createWasmBackend(
  { tfjs, style, BackendWasm }: TensorModules,
  { heaps = createHeaps(), maxBytes = 2 ** 31 }: WasmBackendOptions = {},
): WasmBackend {
  // Kernels take working memory by themselves and do not look whether they got it: they would write to address 0. So only
  // what JavaScript takes, which is tensors, is bounded.
  let bounded = false;
  const allows = (bytes: number): boolean => !bounded || bytes <= maxBytes;

  const instantiate = (heap: Heap, imports: WebAssembly.Imports): WebAssembly.Instance => {
    const instance = heap.instantiate(tfjs, imports);
    const { exports } = growTightly(instance, allows);
    registerStyleKernels(style, memoryOf(instance));
    const allocate = exports.malloc as (bytes: number) => number;
    const malloc = (bytes: number): number => {
      bounded = true;
      const pointer = allocate(bytes);
      bounded = false;
      if (pointer !== 0 || bytes === 0) return pointer;
      throw new AppError(
        'over_budget',
        `expected tensors of at most ${megabytes(maxBytes)} MB in all, got one more of ${megabytes(bytes)} MB`,
      );
    };
    return { exports: { ...exports, malloc } };
  };

  const start = async (heap: Heap): Promise<void> => {
    const wasm = await factory({
      instantiateWasm(imports, done) {
        const instance = instantiate(heap, imports);
        done(instance, tfjs);
        return instance.exports;
      },
      locateFile: (path) => path,
    });
    wasm.tfjs = functionsOf(wasm);
    const backend = new BackendWasm(wasm as never);
    registerBackend('wasm', () => backend, 2);
    await setBackend('wasm');
    await ready();
  };

  let tenancy: Tenancy | undefined;
  return {
    async prepare() {
      if (tenancy?.lasts()) return;
      // What lives now was left by work that was cut off, and its memory is gone.
      if (liveTensors() > 0) engine().reset();
      if (findBackendFactory('wasm')) removeBackend('wasm');
      tenancy = heaps.settle(() => liveTensors() > 0);
      try {
        await start(tenancy.heap);
      } catch (error) {
        tenancy = undefined;
        throw error;
      }
    },
    failed() {
      tenancy = undefined;
    },
  };
}

// `memory()` would ask the backend, and there may be none yet.
const liveTensors = (): number => engine().state.numTensors;

function memoryOf({ exports }: WebAssembly.Instance): WebAssembly.Memory {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) throw new Error('expected a module that exports its memory');
  return memory;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

// The package builds this table in a private function after fetching the file itself.
function functionsOf({ cwrap }: Instance): NonNullable<Instance['tfjs']> {
  return {
    init: cwrap('init', null, []),
    initWithThreadsCount: cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    // It would tidy up in memory that may be somebody else's by then, and is cleared for the next instance anyway.
    dispose: () => {},
  };
}
