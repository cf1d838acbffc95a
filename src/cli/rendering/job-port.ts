// The port of long steps in the command line: an engine and reports of progress, but no checkpoints.
import type { JobPort } from '../../effects/job-port.ts';
import type { GraphEngine } from '../../graph/engine.ts';

/** Shortest time between two reports, in milliseconds. */
const REPORT_MS = 200;

/** The port of a picture whose work begins now; `report` gets the share that is done, 0…1. */
export function createJobPort(engine: GraphEngine, report: (share: number) => void): JobPort {
  const began = performance.now();
  let reported = began;
  return {
    engine,
    progress({ step, steps }) {
      if (performance.now() - reported < REPORT_MS) return;
      reported = performance.now();
      report(steps > 0 ? Math.min(1, step / steps) : 0);
    },
    due: () => false,
    preview: async () => {},
    checkpoint: async () => {},
    resume: undefined,
    throwIfCanceled: () => {},
    elapsed: () => (performance.now() - began) / 1000,
  };
}
