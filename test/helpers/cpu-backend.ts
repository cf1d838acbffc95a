// Runs tensor code on tf.js' plain JavaScript backend.
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';

await setBackend('cpu');
await ready();
