// The modules of tf.js' WASM backend for the Worker. They are imported one by one, because the entry of the package starts a backend of its own.
import '@tensorflow/tfjs-backend-wasm/dist/flags_wasm.js';
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import style from '../generated/style.wasm';
import tfjs from '../generated/tfjs-backend.wasm';

export const tensorModules = { tfjs, style, BackendWasm };
