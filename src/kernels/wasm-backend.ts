// Registers tf.js' WASM SIMD backend from a compiled module, the only way workerd can run it, and our own kernels on the same memory.
import {
  engine,
  findBackend,
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
import { registerEffectKernels } from './effects/register.ts';
import { registerPixelartKernels } from './pixelart/register.ts';
import { registerStyleKernels } from './style/register.ts';

export type TensorModules = {
  /** The package's SIMD build, changed to import its memory. */
  tfjs: WebAssembly.Module;
  /** Our own modules, built from `assembly`, `pixelart/assembly` and `effects/assembly`. */
  style: WebAssembly.Module;
  pixelart: WebAssembly.Module;
  effects: WebAssembly.Module;
  /** The package's class. Loading it registers its kernels; each platform loads it in its own way. */
  BackendWasm: new (
    wasm: never,
  ) => KernelBackend;
};

export type WasmBackend = {
  /** Await this before making tensors. Starts a new instance if other work has taken the memory, or if a kernel failed. */
  prepare: () => Promise<void>;
  /** Call this if a kernel failed: the instance is then in an unknown state. */
  failed: () => void;
};

export type WasmBackendOptions = {
  /** The memories of the isolate; the backend uses the large one. Default: a memory of its own. */
  heaps?: Heaps;
  /** Most bytes of memory for tensors. Default: 2 GiB. */
  maxBytes?: number;
};

/**
 * Makes tf.js' single-threaded WASM backend. If the memory would have to grow beyond `maxBytes` for a tensor, it throws `over_budget`
 * and changes nothing.
 */
export function createWasmBackend(
  { tfjs, style, pixelart, effects, BackendWasm }: TensorModules,
  { heaps = createHeaps(), maxBytes = 2 ** 31 }: WasmBackendOptions = {},
): WasmBackend {
  // Kernels allocate working memory too, and do not check whether they got it: they would write to address 0. So the limit
  // applies only to what JavaScript allocates, which is tensors.
  let bounded = false;
  const allows = (bytes: number): boolean => !bounded || bytes <= maxBytes;

  const instantiate = (heap: Heap, imports: WebAssembly.Imports): WebAssembly.Instance => {
    const instance = heap.instantiate(tfjs, imports);
    const { exports } = growTightly(instance, allows);
    registerStyleKernels(style, memoryOf(instance));
    registerPixelartKernels(pixelart, memoryOf(instance));
    registerEffectKernels(effects, memoryOf(instance));
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
    own = backend;
  };

  let tenancy: Tenancy | undefined;
  let own: KernelBackend | undefined;
  // tf.js has one backend of a name, so another one that was made here replaces this one.
  const isRegistered = (): boolean =>
    own !== undefined && findBackendFactory('wasm') !== null && findBackend('wasm') === own;
  return {
    async prepare() {
      if (tenancy?.lasts() && isRegistered()) return;
      // Tensors that exist now were left by work that was cut off, and their memory is gone.
      if (liveTensors() > 0) engine().reset();
      if (findBackendFactory('wasm')) removeBackend('wasm');
      tenancy = heaps.keepShared(() => liveTensors() > 0);
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

// `tf.memory()` needs a backend, and there may be none yet.
const liveTensors = (): number => engine().state.numTensors;

function memoryOf({ exports }: WebAssembly.Instance): WebAssembly.Memory {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) throw new Error('expected a module that exports its memory');
  return memory;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

// The package builds this table in a private function, after it has fetched the WASM file itself.
function functionsOf({ cwrap }: Instance): NonNullable<Instance['tfjs']> {
  return {
    init: cwrap('init', null, []),
    initWithThreadsCount: cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    // The module's own function would write to memory that other work may use by then. The memory is cleared for the next instance anyway.
    dispose: () => {},
  };
}
