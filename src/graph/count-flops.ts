// Counts the floating-point operations of a graph's products and convolutions, for throughput in tables.
import type { Value } from './graph.ts';
import { reached } from './reached.ts';
import { sizeOf } from './shape.ts';

type Inputs = readonly (Value | undefined)[];

// Multiplications of an operation: the elements of its larger side, times the length of the sum that each takes part in.
const multiplications: Record<string, (inputs: Inputs, value: Value) => number> = {
  Conv: ([, w], value) => sizeOf(value.shape) * sizeOf(w!.shape.slice(1)),
  ConvTranspose: ([x, w]) => sizeOf(x!.shape) * sizeOf(w!.shape.slice(1)),
  MatMul: ([a], value) => sizeOf(value.shape) * a!.shape.at(-1)!,
  Gemm: ([a], value) => (sizeOf(a!.shape) / value.shape[0]!) * sizeOf(value.shape),
};

/** Floating-point operations of convolutions and matrix products that the outputs need; a multiply-add is two. */
export function countFlops(outputs: Readonly<Record<string, Value>>): number {
  return reached(Object.values(outputs)).reduce((total, value) => {
    const { source } = value;
    const count = source.kind === 'node' ? multiplications[source.op] : undefined;
    if (!count || source.kind !== 'node') return total;
    return total + 2 * count(source.inputs, value);
  }, 0);
}
