// The hybrid recipe written down plainly on tf.js: the comparison for our own gradient step.
//
// Interleaved NHWC, the power kernel for every power, depthwise convolutions for the blur. The gradient is by hand
// because autodiff of a depthwise convolution does not exist on the WASM backend.
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
  /** One gradient step from v, which is freed; x = sigmoid(v) `[h, w, 3]`. */
  step: (v: Tensor3D) => Tensor3D;
  dispose: () => void;
};

/** The recipe with zero padding and far weight 1; pictures `[h, w, 3]`, 0…1, are borrowed. */
export function transcribe({ near, far, ratio, kernel, lr }: Recipe): Transcription {
  const size = kernel.length;
  const thrice = Float32Array.from(
    { length: 3 * size },
    (_, i) => kernel[Math.floor(i / 3)] as number,
  );
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
