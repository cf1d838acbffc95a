import { describe, expect, it } from 'vitest';
import { readConfig, variables } from '../../src/config.ts';
import { budgetsOf } from '../../src/gate/budgets.ts';

const MIB = 2 ** 20;

describe('the budgets of an isolate', () => {
  it('all scale with its memory, and add up to it', () => {
    const [small, large] = [budgetsOf(40), budgetsOf(80)];
    for (const name of ['pixels', 'large', 'encoded', 'total'] as const)
      expect(large[name]).toBeCloseTo(2 * small[name], 6);
    expect(large.pixels + large.large + large.encoded).toBeCloseTo(large.total, 6);
    expect(large.total).toBe(80 * MIB);
  });

  it('have room for the largest source unless the configuration says otherwise', () => {
    const { EDGE_MEMORY_MIB, MAX_SOURCE_BYTES } = variables;
    expect(budgetsOf(EDGE_MEMORY_MIB.default).encoded).toBeGreaterThanOrEqual(
      MAX_SOURCE_BYTES.default,
    );
  });

  it.each(['31', '113', '80.5', 'all'])('are refused by name for %s MiB', (EDGE_MEMORY_MIB) => {
    expect(() => readConfig({ EDGE_MEMORY_MIB })).toThrow(
      /^EDGE_MEMORY_MIB: expected an integer from 32 to 112/,
    );
  });
});
