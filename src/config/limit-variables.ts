// Variables that limit pictures, and what a request and an isolate may take.
import { integer, variable } from './variable.ts';

export const limitVariables = {
  MAX_SOURCE_BYTES: variable({
    default: 20 * 2 ** 20,
    shown: '20 MiB',
    describe: 'Largest source or upload, in bytes.',
    read: integer(1, 2 ** 30),
  }),
  MAX_SOURCE_PIXELS: variable({
    default: 120_000_000,
    shown: '120 million',
    describe: 'Largest source, in pixels; the memory limit of the edge may refuse smaller ones.',
    read: integer(1, 2 ** 31),
  }),
  MAX_RESULT_PIXELS: variable({
    default: 4_000_000,
    shown: '4 million',
    describe: 'Largest result, in pixels.',
    read: integer(1, 2 ** 31),
  }),
  EDGE_BUDGET_MS: variable({
    default: 2000,
    describe:
      'Compute time that one request may need, in milliseconds. A request is admitted if 1.5 times its estimate is within the budget; otherwise the answer is `over_budget`.',
    read: integer(1, 300_000),
  }),
  EDGE_MEMORY_MIB: variable({
    default: 80,
    describe:
      'What the requests of one isolate may hold together, in MiB, of the 128 MB that it has: all limits on memory scale with it. Lower it if the dashboard shows requests that exceeded memory.',
    read: integer(32, 112),
  }),
} as const;
