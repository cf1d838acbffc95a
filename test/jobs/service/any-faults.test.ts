import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../../../src/jobs/job.ts';
import type { Act } from '../fake-backend.ts';
import { createJobWorld, requestOf } from '../job-world.ts';
import { expected, LONG_MS, resultOf } from './worlds.ts';

describe('under any faults of backends and platform', () => {
  const act = fc.constantFrom<Act>(
    ...(['good', 'refuse', 'status 500', 'busy', 'silent', 'cut', 'cut after checkpoint'] as const),
    ...(['garbage', 'lying result', 'lying checkpoint', 'short result', 'error', 'fatal'] as const),
    ...(['no checkpoint'] as const),
  );
  const faults = fc.record({
    acts: fc.array(fc.array(act, { maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    stepMs: fc.constantFrom(40, 80, 2000),
    crashes: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  });

  it('an accepted job ends, with its right picture or a reason, and a later submit succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(faults, async ({ acts, stepMs, crashes }) => {
        const world = createJobWorld({ backends: acts.length, limits: { stepMs, silenceMs: 100 } });
        const timers: NodeJS.Timeout[] = [];
        try {
          for (const [index, of] of acts.entries()) world.fakes[index]?.acts.push(...of);
          const { job } = await world.service.submit(requestOf('a'));
          timers.push(...crashes.map((ms) => setTimeout(world.crash, ms)));
          const ended = await world.service.wait(job.id, LONG_MS);
          expect(ended && isFinal(ended.state)).toBe(true);
          if (ended?.state === 'failed') {
            expect(ended.error?.message).toBeTruthy();
            for (const fake of world.fakes) fake.acts.length = 0;
            const again = await world.service.submit(requestOf('a'));
            expect((await world.service.wait(again.job.id, LONG_MS))?.state).toBe('succeeded');
          }
          expect(await resultOf(world, job.id)).toEqual(expected('a'));
        } finally {
          for (const timer of timers) clearTimeout(timer);
          world.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
