// The tensors of the model's file: the filters, and for each style its own under `<style>/<parameter>`.
import type { Tensors } from '../adam.ts';

const TABLE = 'styles.';

/** Takes the tables of all styles apart. */
export function exportedStyles(weights: Tensors, names: readonly string[]): Tensors {
  const out: Tensors = new Map();
  for (const [name, tensor] of weights) {
    if (!name.startsWith(TABLE)) {
      out.set(name, tensor);
      continue;
    }
    const length = tensor.data.length / names.length;
    for (const [i, style] of names.entries()) {
      const data = tensor.data.slice(i * length, (i + 1) * length);
      out.set(`${style}/${name.slice(TABLE.length)}`, { shape: [length], data });
    }
  }
  return out;
}
