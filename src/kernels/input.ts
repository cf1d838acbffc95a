// The tensors that kernels get: tf.js passes them with their shapes, whose number of dimensions the operation fixes.
import type { TensorInfo } from '@tensorflow/tfjs-core';

export type Input2D = TensorInfo & { shape: [height: number, width: number] };
export type Input3D = TensorInfo & { shape: [height: number, width: number, channels: number] };
/** A filter: its sides, inputs and outputs, or as its kernel says. */
export type Input4D = TensorInfo & { shape: [number, number, number, number] };
