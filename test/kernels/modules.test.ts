// Checks that the named numbers of our modules reach their functions in the order that the AssemblyScript sources declare.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterOrder as effectsOrder } from '../../src/kernels/effects/module.ts';
import { namedCalls } from '../../src/kernels/named-calls.ts';
import { parameterOrder as styleOrder } from '../../src/kernels/style/module.ts';

const kernels = new URL('../../src/kernels/', import.meta.url);

/** Exported functions whose parameters are all numbers and that are no helpers of other files. */
function declaredIn(folder: string, entries: readonly string[]): Record<string, string[]> {
  const source = entries
    .map((file) => readFileSync(new URL(`${folder}${file}.ts`, kernels), 'utf8'))
    .join('\n');
  return Object.fromEntries(
    [...source.matchAll(/(\/\/ @inline\n)?export function (\w+)\(([^)]*)\)/g)]
      .filter(([, inlined]) => !inlined)
      .map(([, , name, parameters]) => [
        name,
        [...parameters!.matchAll(/(\w+): \w+/g)].map(([, parameter]) => parameter!),
      ]),
  );
}

describe('a module of kernels', () => {
  it.each([
    ['style', 'assembly/', ['conv', 'planes', 'norm', 'winograd'], styleOrder],
    [
      'effects',
      'effects/assembly/',
      ['packed', 'pool', 'power', 'blur', 'spread', 'pull'],
      effectsOrder,
    ],
  ])(
    '%s: names the parameters of every function in the order of its declaration',
    (_, folder, entries, order) => {
      const declared = declaredIn(folder, entries);
      expect(order).toEqual(declared);
      expect(Object.keys(declared).length).toBeGreaterThan(4);
    },
  );

  it('gets named numbers in that order, however they are written', () => {
    const calls: number[][] = [];
    const interleave = (...numbers: number[]) => calls.push(numbers);
    const module = namedCalls({ interleave }, styleOrder);
    module.interleave({ row: 5, width: 4, out: 2, x: 1, height: 3 });
    expect(calls).toEqual([[1, 2, 3, 4, 5]]);
  });
});
