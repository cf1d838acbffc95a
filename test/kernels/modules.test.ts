// Checks that the named numbers of our modules reach their functions in the order that the AssemblyScript declares.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterOrder as effects } from '../../src/kernels/effects/module.ts';
import { namedFunctions } from '../../src/kernels/named-functions.ts';
import { parameterOrder as pixelart } from '../../src/kernels/pixelart/module.ts';
import { parameterOrder as style } from '../../src/kernels/style/module.ts';

const kernels = new URL('../../src/kernels/', import.meta.url);

/** The names of parameters of the functions that files export. */
function declaredIn(folder: string, files: readonly string[]): Record<string, string[]> {
  const source = files
    .map((file) => readFileSync(new URL(`${folder}/${file}.ts`, kernels), 'utf8'))
    .join('\n');
  return Object.fromEntries(
    [...source.matchAll(/^export function (\w+)\(([^)]*)\)/gm)].map(([, name, parameters]) => [
      name,
      [...parameters!.matchAll(/(\w+): \w+/g)].map(([, parameter]) => parameter),
    ]),
  );
}

describe('our modules of kernels', () => {
  it.each([
    { order: style, folder: 'assembly', files: ['conv', 'planes', 'norm', 'winograd'], most: 16 },
    {
      order: pixelart,
      folder: 'pixelart/assembly',
      files: [
        ...['same-conv', 'pack-same', 'median', 'channel-sum', 'cell-pixels'],
        ...['srgb-codes', 'stand-out', 'calm'],
      ],
      most: 14,
    },
    {
      order: effects,
      folder: 'effects/assembly',
      files: [
        ...[
          'packed',
          'pool',
          'power',
          'blurs/blur',
          'blurs/wide-blur',
          'spread',
          'pull',
          'pull-pixels',
        ],
        ...['detail', 'halve'],
        ...['cells/mean-cells', 'cells/choose-cells'],
        ...['palette/match', 'palette/dither', 'palette/dither-few', 'palette/diffuse'],
        'palette/cluster',
      ],
      most: 18,
    },
  ])(
    'name the parameters of the functions of $folder in order',
    ({ order, folder, files, most }) => {
      expect(order).toEqual(declaredIn(folder, files));
      expect(Math.max(...Object.values(order).map(({ length }) => length))).toBe(most);
    },
  );

  it('get named numbers in that order, however they are written', () => {
    const calls: number[][] = [];
    const interleave = (...numbers: number[]) => calls.push(numbers);
    const module = namedFunctions({ interleave }, style);
    module.interleave({ row: 5, width: 4, out: 2, x: 1, height: 3 });
    expect(calls).toEqual([[1, 2, 3, 4, 5]]);
  });
});
