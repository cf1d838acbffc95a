import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBackendKeys } from '../../../src/jobs/auth.ts';
import { JOB_ID } from '../../../src/jobs/job.ts';
import { createJobKeys, type JobIdentity } from '../../../src/jobs/service/keys.ts';

const keysOf = (secret: string, version = '1') => createJobKeys(parseBackendKeys(secret), version);
const old = `old:${'11'.repeat(16)}`;
const young = `young:${'22'.repeat(16)}`;

const work: JobIdentity = {
  plan: 'style,engine=vgg19',
  accept: null,
  inputs: [{ name: 'image', bytes: 1, sha256: 'a'.repeat(64) }],
  private: false,
};

describe('ids', () => {
  it('are equal for the same work, and differ with every part of it, the secret and the pipeline', async () => {
    const keys = keysOf(old);
    const [input] = work.inputs as [(typeof work.inputs)[number]];
    const ids = await Promise.all([
      keys.idOf(work),
      keys.idOf({ ...work, plan: 'style' }),
      keys.idOf({ ...work, accept: '' }),
      keys.idOf({ ...work, inputs: [{ ...input, sha256: 'b'.repeat(64) }] }),
      keys.idOf({ ...work, inputs: [{ ...input, name: 'other' }] }),
      keys.idOf({ ...work, inputs: [] }),
      keys.idOf({ ...work, private: true }),
      keysOf(young).idOf(work),
      keysOf(old, '2').idOf(work),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => JOB_ID.test(id))).toBe(true);
    expect(await keysOf(old).idOf(structuredClone(work))).toBe(ids[0]);
  });
});

describe('tokens', () => {
  const id = 'a'.repeat(52);

  it('are valid for one run of one job', async () => {
    const keys = keysOf(old);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (run) => {
        const token = await keys.tokenOf(id, run);
        expect(await keys.isToken(token, { id, run })).toBe(true);
        expect(await keys.isToken(token, { id, run: run + 1 })).toBe(false);
        expect(await keys.isToken(token, { id: 'b'.repeat(52), run })).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('are no ids, and nothing else is a token', async () => {
    const keys = keysOf(old);
    for (const other of [id, '', 'x', await keys.idOf(work), `${await keys.tokenOf(id, 1)}a`])
      expect(await keys.isToken(other, { id, run: 1 })).toBe(false);
  });

  it('stay valid while their secret is still listed', async () => {
    const token = await keysOf(old).tokenOf(id, 1);
    expect(await keysOf(`${young},${old}`).isToken(token, { id, run: 1 })).toBe(true);
    expect(await keysOf(young).isToken(token, { id, run: 1 })).toBe(false);
  });
});
