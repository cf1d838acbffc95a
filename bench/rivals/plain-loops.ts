// The hybrid recipe's gradient step in plain JavaScript loops over float32 arrays, without tensors, for comparison with ours.

export type PlainRecipe = {
  /** RGB interleaved, 0…1. */
  near: Float32Array;
  far: Float32Array;
  width: number;
  height: number;
  ratio: number;
  kernel: Float32Array;
  lr: number;
};

/** Makes a function that does one step on v in place; the picture is x = sigmoid(v). Computes two powers per value; the other two are quotients. */
export function plainStep(recipe: PlainRecipe): (v: Float32Array) => void {
  const { near, ratio, lr } = recipe;
  const blur = createBlur(recipe);
  const n = near.length;
  const label = blur(recipe.far.map((p) => p ** 2.2)).map((y) => y ** (1 / 2.2));
  const x = new Float32Array(n);
  const light = new Float32Array(n);
  const slope = new Float32Array(n);
  return (v) => {
    for (let i = 0; i < n; i++) {
      x[i] = 1 / (1 + Math.exp(-v[i]!));
      light[i] = x[i]! ** 2.2;
    }
    const y = blur(light);
    for (let i = 0; i < n; i++) {
      const z = y[i]! ** (1 / 2.2);
      slope[i] = ((2 / 2.2) * (z - label[i]!) * z) / y[i]!;
    }
    const back = blur(slope);
    for (let i = 0; i < n; i++) {
      const far = ((2.2 * light[i]!) / x[i]!) * back[i]!;
      v[i]! -= lr * (2 * ratio * (x[i]! - near[i]!) + far) * x[i]! * (1 - x[i]!);
    }
  };
}

/** A separable blur with zeros outside. Its result is overwritten by the second call after it. */
function createBlur({ width, height, kernel }: PlainRecipe): (x: Float32Array) => Float32Array {
  const stride = 3 * width;
  const radius = kernel.length >> 1;
  const rows = new Float32Array(stride * height);
  const results = [new Float32Array(stride * height), new Float32Array(stride * height)];
  let turn = 0;
  return (x) => {
    rows.fill(0);
    for (let y = 0; y < height; y++) {
      for (let k = -radius; k <= radius; k++) {
        const weight = kernel[k + radius]!;
        const first = y * stride + Math.max(0, -3 * k);
        const last = (y + 1) * stride - Math.max(0, 3 * k);
        for (let i = first; i < last; i++) rows[i]! += weight * x[i + 3 * k]!;
      }
    }
    turn = 1 - turn;
    const out = results[turn]!;
    out.fill(0);
    for (let y = 0; y < height; y++) {
      for (let k = Math.max(-radius, -y); k <= Math.min(radius, height - 1 - y); k++) {
        const weight = kernel[k + radius]!;
        const from = (y + k) * stride;
        const to = y * stride;
        for (let i = 0; i < stride; i++) out[to + i]! += weight * rows[from + i]!;
      }
    }
    return out;
  };
}
