// The hybrid recipe in plain tf.js, for comparison with our own gradient step.
//
// It uses interleaved NHWC, the power kernel for every power, and depthwise convolutions for the blur. The gradient is written by
// hand, because the WASM backend cannot differentiate a depthwise convolution.
import {
  add,
  depthwiseConv2d,
  mul,
  pow,
  sigmoid,
  sub,
  type Tensor3D,
  type Tensor4D,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';

export type Recipe = {
  near: Tensor3D;
  far: Tensor3D;
  ratio: number;
  kernel: Float32Array;
  lr: number;
};

export type Transcription = {
  /** One gradient step from v `[h, w, 3]`, which is disposed; the picture is x = sigmoid(v). */
  step: (v: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** The recipe with zero padding and far weight 1. The pictures `[h, w, 3]`, 0…1, are not disposed. */
export function transcribe({ near, far, ratio, kernel, lr }: Recipe): Transcription {
  const size = kernel.length;
  const thrice = Float32Array.from({ length: 3 * size }, (_, i) => kernel[Math.floor(i / 3)]!);
  const across: Tensor4D = tensor4d(thrice, [1, size, 3, 1]);
  const down: Tensor4D = tensor4d(thrice, [size, 1, 3, 1]);
  const blur = (x: Tensor3D): Tensor3D =>
    depthwiseConv2d(depthwiseConv2d(x, across, 1, 'same'), down, 1, 'same');
  const label = tidy(() => pow(blur(pow(far, 2.2)), 1 / 2.2) as Tensor3D);

  const gradient = (x: Tensor3D): Tensor3D => {
    const y = blur(pow(x, 2.2));
    const z = pow(y, 1 / 2.2);
    const dz = mul(sub(z, label), 2);
    const dy = mul(mul(dz, pow(y, 1 / 2.2 - 1)), 1 / 2.2) as Tensor3D;
    const blurredPart = mul(mul(blur(dy), pow(x, 1.2)), 2.2);
    return add(mul(sub(x, near), 2 * ratio), blurredPart);
  };

  return {
    step(v) {
      const next = tidy(() => {
        const x = sigmoid(v);
        const slope = mul(gradient(x), mul(x, sub(1, x)));
        return sub(v, mul(slope, lr)) as Tensor3D;
      });
      v.dispose();
      return next;
    },
    dispose() {
      for (const tensor of [across, down, label]) tensor.dispose();
    },
  };
}
