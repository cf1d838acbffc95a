// Checks that the named numbers of the style module reach its functions in the order that `assembly` declares.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterOrder, styleModuleOf } from '../../../src/kernels/style/module.ts';

const assembly = new URL('../../../src/kernels/assembly/', import.meta.url);
const source = ['conv', 'planes', 'norm', 'winograd']
  .map((file) => readFileSync(new URL(`${file}.ts`, assembly), 'utf8'))
  .join('\n');

const declared = Object.fromEntries(
  [...source.matchAll(/export function (\w+)\(([^)]*)\)/g)].map(([, name, parameters]) => [
    name,
    [...parameters!.matchAll(/(\w+): \w+/g)].map(([, parameter]) => parameter),
  ]),
);

describe('the style module', () => {
  it('names the parameters of every function in the order of its declaration', () => {
    expect(parameterOrder).toEqual(declared);
    expect(parameterOrder.conv).toHaveLength(15);
  });

  it('passes named numbers in that order, however they are written', () => {
    const calls: number[][] = [];
    const interleave = (...numbers: number[]) => calls.push(numbers);
    const module = styleModuleOf({ interleave });
    module.interleave({ row: 5, width: 4, out: 2, x: 1, height: 3 });
    expect(calls).toEqual([[1, 2, 3, 4, 5]]);
  });
});
