import { expect, it } from 'vitest';
import { spread } from '../../scripts/test/sequencer.ts';

it('files that wait begin evenly among those that compute, none of them at the end', () => {
  const order = spread(['A', 'B', 'C'], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  expect(order.join('')).toBe('AabBcdCefgh');
});

it('files of one kind keep their order', () => {
  expect(spread([], ['a', 'b'])).toEqual(['a', 'b']);
  expect(spread(['A', 'B'], [])).toEqual(['A', 'B']);
});
