// A gate with a clock that tests set, and visits of different demands.
import { createGate, type Demand, type GatePorts, type Leave } from '../../src/gate/gate.ts';
import type { Waiting } from '../../src/gate/queue.ts';
import { createHandClock } from './hand-clock.ts';

export const empty = () => ({ small: 0, large: 0 });
export const light = (bytes = 1): Demand => ({ ms: 10, bytes, heap: 0 });
export const isExclusive = ({ ms, heap }: Demand): boolean => ms > 100 || heap > 0;
export const exclusive = (bytes = 1, ms = 500): Demand => ({ ms, bytes, heap: 0 });

export function setUp(ports: Partial<GatePorts> = {}) {
  const clock = createHandClock();
  const limits = { maxLight: 4, ...ports.limits };
  const gate = createGate({ capacityBytes: 100, heaps: empty, ...clock, ...ports, limits });
  /** Enters the gate and records what happens. */
  const visit = (demand: Demand, waiting: Waiting = {}) => {
    const visitor: { leave?: Leave; error?: unknown } = {};
    gate.enter(demand, waiting).then(
      (leave) => {
        visitor.leave = leave;
      },
      (error) => {
        visitor.error = error;
      },
    );
    return visitor;
  };
  return { clock, gate, visit };
}
