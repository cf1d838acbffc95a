// Converts filters from TFLite's order of dimensions to that of tf.js.
import type { TensorData } from '../../../src/graph/engine.ts';
import type { TfliteTensor } from './tflite.ts';

/** A filter [out, height, width, in] as [height, width, in, out]. Throws `Error` if it does not have four dimensions. */
export function toHwio({ name, shape }: TfliteTensor, values: ArrayLike<number>): TensorData {
  if (shape.length !== 4) throw new Error(`${name}: expected four dimensions, got [${shape}]`);
  const [out, height, width, inner] = shape as [number, number, number, number];
  const data = new Float32Array(values.length);
  const each = height * width * inner;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < each; i++) data[i * out + o] = values[o * each + i] as number;
  }
  return { shape: [height, width, inner, out], data };
}
