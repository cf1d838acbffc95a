// Weights of the network of the named styles that are made up: the same numbers everywhere.
import type { TensorData, Weights } from '../../../src/graph/engine.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { namedStyleNetwork } from '../../../src/nets/named-styles/graph.ts';
import { STYLE_LENGTHS } from '../../../src/nets/named-styles/sizes.ts';

export function seededNamedStyles(styles: readonly string[]): Weights {
  let state = 5;
  const numbers = (count: number, middle: number, spread: number): Float32Array =>
    Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return middle + spread * (state / 2 ** 31 - 1);
    });
  const weights = new Map<string, TensorData>();
  const graph = createGraph();
  namedStyleNetwork(
    graph.input('x', [1, 3, 16, 16]),
    (name, shape) => {
      const inputs = shape[1]! * shape[2]! * shape[3]!;
      const data = numbers(shape[0]! * inputs, 0, Math.sqrt(6 / inputs));
      weights.set(name, { shape, data });
      return graph.input(name, shape);
    },
    (name, length) => graph.input(name, [1, length]),
  );
  for (const style of styles) {
    for (const [name, length] of Object.entries(STYLE_LENGTHS)) {
      const middle = name.endsWith('.scale') ? 0.8 : 0;
      weights.set(`${style}/${name}`, { shape: [length], data: numbers(length, middle, 0.3) });
    }
  }
  return weights;
}
