// Registers tf.js' WASM SIMD backend from an imported module, the only way workerd can run it.
import '@tensorflow/tfjs-backend-wasm/dist/flags_wasm.js';
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import { ready, registerBackend, setBackend } from '@tensorflow/tfjs-core';
import factory from './generated/tfjs-glue.js';

/** Makes tf.js' single-threaded WASM backend current, running `module` (the package's SIMD build). */
export async function startWasmBackend(module: WebAssembly.Module): Promise<BackendWasm> {
  const wasm = await factory({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance, module);
      return instance.exports;
    },
    locateFile: (path) => path,
  });
  // The package builds this table in a private function after fetching the file itself.
  wasm.tfjs = {
    init: wasm.cwrap('init', null, []),
    initWithThreadsCount: wasm.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: wasm.cwrap('get_threads_count', 'number', []),
    registerTensor: wasm.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: wasm.cwrap('dispose_data', null, ['number']),
    dispose: wasm.cwrap('dispose', null, []),
  };
  const backend = new BackendWasm(wasm as unknown as ConstructorParameters<typeof BackendWasm>[0]);
  registerBackend('wasm', () => backend, 2);
  await setBackend('wasm');
  await ready();
  return backend;
}
