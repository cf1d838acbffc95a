// The modules of tf.js' WASM backend for the Worker. The entry of the package is not used, because it starts a backend itself.
import '@tensorflow/tfjs-backend-wasm/dist/flags_wasm.js';
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import effects from '../generated/effects.wasm';
import pixelart from '../generated/pixelart.wasm';
import style from '../generated/style.wasm';
import tfjs from '../generated/tfjs-backend.wasm';

export const tensorModules = { tfjs, style, pixelart, effects, BackendWasm };
