// Finds the values of a graph that given outputs need.
import type { Value } from './graph.ts';

/** The value itself; for an alias, the value that it stands for. */
export function resolved(value: Value): Value {
  let real = value;
  while (real.source.kind === 'alias') real = real.source.of;
  return real;
}

/** All values that the outputs are computed from, without aliases, each after its inputs. */
export function reached(outputs: readonly Value[]): Value[] {
  const found = new Set<Value>();
  const open = outputs.map(resolved);
  for (let value = open.pop(); value; value = open.pop()) {
    if (found.has(value)) continue;
    found.add(value);
    if (value.source.kind !== 'node') continue;
    for (const input of value.source.inputs) if (input) open.push(resolved(input));
  }
  return [...found].sort((a, b) => a.id - b.id);
}
