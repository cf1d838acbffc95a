import { describe, expect, it } from 'vitest';
import type { Demand } from '../../src/gate/gate.ts';
import { light, setUp } from './gate-visits.ts';

describe('the memory of a gate', () => {
  it('has one large part, which works use in turn and which never shrinks', async () => {
    const sizes = { small: 5, large: 0 };
    const { clock, gate, visit } = setUp({ heaps: () => sizes });
    const large = (n: number): Demand => ({ ms: 1, bytes: 10, heap: n });
    const [first, second] = [visit(large(30)), visit(large(20))];
    await clock.pass(0);
    expect([first.leave !== undefined, second.leave !== undefined]).toEqual([true, false]);
    sizes.large = 30;
    expect(gate.state().bytes).toBe(45);
    first.leave?.();
    expect(gate.state().bytes).toBe(35);
    await clock.pass(20);
    expect(second.leave).toBeTypeOf('function');
    expect(gate.state().bytes).toBe(45);
  });

  it('lets small work in together with large work if both fit', async () => {
    const { clock, visit } = setUp({ heaps: () => ({ small: 10, large: 0 }) });
    const large = visit({ ms: 1, bytes: 10, heap: 50 });
    await clock.pass(0);
    const [fits, does, not] = [visit(light(15)), visit(light(15)), visit(light(1))];
    await clock.pass(50);
    expect([large, fits, does, not].map((v) => v.leave !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('lets work in alone if it fits an empty isolate, however large the kept heaps are', async () => {
    const sizes = { small: 0, large: 70 };
    const { clock, visit } = setUp({ heaps: () => sizes });
    const [large, small] = [visit({ ms: 1, bytes: 90, heap: 10 }), visit(light())];
    await clock.pass(0);
    expect([large.leave !== undefined, small.leave !== undefined]).toEqual([true, false]);
    large.leave?.();
    await clock.pass(20);
    expect(small.leave).toBeTypeOf('function');
  });
});
