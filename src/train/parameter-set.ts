// The parameters that networks asked for while a training graph was built, and their first values.
import type { TensorData } from '../graph/engine.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Init, Parameter } from '../nets/gan/parameters.ts';
import { createRandom } from './random.ts';

type Entry = { value: Value; init: Init };

/** Graph inputs by name. */
export type ParameterSet = {
  parameter: Parameter;
  values: () => ReadonlyMap<string, Value>;
  /** First values by name; the seed and the name decide each tensor. */
  initial: (seed: number) => Map<string, TensorData>;
};

/** An empty set. Asking for a known name gives the same input again; throws a RangeError if its shape differs. */
export function createParameterSet(graph: Graph): ParameterSet {
  const entries = new Map<string, Entry>();
  return {
    parameter(name, shape, init) {
      const known = entries.get(name);
      if (known && String(known.value.shape) !== String(shape))
        throw new RangeError(`${name}: expected the shape ${known.value.shape}, got ${shape}`);
      if (known) return known.value;
      const value = graph.input(name, shape);
      entries.set(name, { value, init });
      return value;
    },
    values: () => new Map([...entries].map(([name, { value }]) => [name, value])),
    initial: (seed) =>
      new Map(
        [...entries].map(([name, { value, init }]) => [
          name,
          { shape: value.shape, data: firstValues(seed, name, sizeOf(value.shape), init) },
        ]),
      ),
  };
}

function firstValues(seed: number, name: string, count: number, init: Init): Float32Array {
  if (init === 'zeros') return new Float32Array(count);
  if (init === 'ones') return new Float32Array(count).fill(1);
  const random = createRandom(seed, ...[...name].map((letter) => letter.charCodeAt(0)));
  return Float32Array.from({ length: count }, () => init.deviation * random.normal());
}
