import { describe, expect, it } from 'vitest';
import { createAllowance, createIsolateLedger } from '../../../src/edge/images/allowance.ts';
import type { DayLedger } from '../../../src/jobs/day-ledger.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

function open(ledger: DayLedger, perDay = 2) {
  let serial = 0;
  const ports = { ledger: () => ledger, perDay, date: () => NOON, newKey: () => `k${serial++}` };
  return createAllowance(ports, 50);
}

function counting(): DayLedger & { keys: Set<string> } {
  const keys = new Set<string>();
  return {
    keys,
    spend: async (_, key) => void keys.add(key),
    spent: async () => keys.size,
  };
}

describe('the allowance of calls of the Images binding', () => {
  it('ends after so many calls of a day', async () => {
    const allowance = open(counting());
    expect([await allowance(), await allowance(), await allowance()]).toEqual([true, true, false]);
  });

  it('has no end, and no call is counted, if there is no cap', async () => {
    const ledger = counting();
    const allowance = open(ledger, 0);
    expect([await allowance(), await allowance(), await allowance()]).toEqual([true, true, true]);
    expect(ledger.keys.size).toBe(0);
  });

  it('starts anew each day, also if only the isolate counts', async () => {
    const ledger = createIsolateLedger();
    await ledger.spend(NOON, 'a', 1);
    await ledger.spend(NOON, 'b', 1);
    expect(await open(ledger)()).toBe(false);
    expect([await ledger.spent('2026-11-30'), await ledger.spent('2026-12-01')]).toEqual([2, 0]);
    await ledger.spend(NOON + 86_400_000, 'c', 1);
    expect([await ledger.spent('2026-11-30'), await ledger.spent('2026-12-01')]).toEqual([0, 1]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('reset'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('allows nothing if the ledger %s', async (_, spent) => {
    const allowance = open({ spend: async () => {}, spent });
    await expect(allowance()).rejects.toMatchObject({ code: 'backend_unavailable' });
  });
});
