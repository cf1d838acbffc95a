// A second tensor of the same values.
import { reshape, type Tensor3D } from '@tensorflow/tfjs-core';

/** A new tensor of the values of `x`, which are not copied: they are freed with the last of both. (`clone` copies on the WASM backend.) */
export const shared = (x: Tensor3D): Tensor3D => reshape(x, x.shape);
