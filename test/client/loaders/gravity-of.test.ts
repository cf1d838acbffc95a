import { describe, expect, it } from 'vitest';
import { gravityOf } from '../../../src/client/loaders/gravity-of.ts';

describe('a position of CSS', () => {
  it.each([
    ['center', '0.5x0.5'],
    ['left', '0x0.5'],
    ['top', '0.5x0'],
    ['left top', '0x0'],
    ['top left', '0x0'],
    ['bottom right', '1x1'],
    ['center bottom', '0.5x1'],
    ['right-top', '1x0'],
    ['30% 20%', '0.3x0.2'],
    ['30%', '0.3x0.5'],
    ['auto', 'auto'],
    ['0.25x0.75', '0.25x0.75'],
  ])('%s is the gravity %s', (position, gravity) => {
    expect(gravityOf(position)).toBe(gravity);
  });

  it.each(['', '10px 20px', 'left right', '120% 0%', 'top 10% left 5%'])(
    '%j is refused',
    (position) => {
      expect(() => gravityOf(position)).toThrow(/^position: expected words and percentages/);
    },
  );
});
