import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { bindingName, createEdgeRateLimiter, rateLimitOf } from '../../src/edge/rate-limiter.ts';

afterEach(() => {
  vi.useRealTimers();
});

const limitOf = (vars: Record<string, string>) => rateLimitOf(readConfig(vars));

describe('the limit', () => {
  it.each([
    [{}, { count: 60, seconds: 60 }],
    [{ DEVELOPMENT: 'true' }, undefined],
    [
      { DEVELOPMENT: 'true', RATE_LIMIT: '5/10' },
      { count: 5, seconds: 10 },
    ],
    [{ RATE_LIMIT: 'off' }, undefined],
    [{ RATE_LIMIT: '1000/3600' }, { count: 1000, seconds: 3600 }],
  ] as const)('of %j is %j', (vars, limit) => {
    expect(limitOf(vars)).toEqual(limit);
  });

  it.each(['60', '0/60', '60/0', '-1/60', '60/', '1e3/60', '60/60s', 'on', '60 / 60'])(
    '%j is a wrong configuration',
    (text) => {
      expect(() => readConfig({ RATE_LIMIT: text })).toThrow(/^RATE_LIMIT: expected off or/);
    },
  );
});

describe('the counters of the platform', () => {
  const env = (limit: (key: string) => Promise<{ success: boolean }>) => {
    const keys: string[] = [];
    const binding = {
      limit({ key }: { key: string }) {
        keys.push(key);
        return limit(key);
      },
    };
    return { keys, env: { [bindingName({ count: 60, seconds: 60 })]: binding } };
  };

  it('are those of wrangler.toml for the usual limit', () => {
    const toml = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8');
    const limit = rateLimitOf(readConfig({}));
    if (!limit) throw new Error('there is no usual limit');
    const { count, seconds } = limit;
    expect(toml).toContain(`name = "${bindingName(limit)}"`);
    expect(toml).toContain(`simple = { limit = ${count}, period = ${seconds} }`);
  });

  it('decide if there are some for the limit', async () => {
    const { keys, env: one } = env(async (key) => ({ success: key !== 'b' }));
    const take = createEdgeRateLimiter(one, readConfig({}));
    expect([await take?.('a'), await take?.('b')]).toEqual([undefined, 60]);
    expect(keys).toEqual(['a', 'b']);
  });

  it('are not used for another limit, which the isolate counts', async () => {
    const { keys, env: one } = env(async () => ({ success: true }));
    const take = createEdgeRateLimiter(one, readConfig({ RATE_LIMIT: '1/60' }));
    vi.useFakeTimers({ toFake: ['Date'], now: 10_000 });
    expect([await take?.('a'), await take?.('a')]).toEqual([undefined, 50]);
    expect(keys).toEqual([]);
  });

  it.each([
    ['fail', () => Promise.reject(new Error('gone'))],
    ['do not answer', () => new Promise<never>(() => {})],
  ])('that %s are made up for by the isolate', async (_, limit) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const take = createEdgeRateLimiter(env(limit).env, readConfig({}), 5);
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 61; i++) waits.push(await take?.('a'));
    expect(waits).toEqual([...Array(60).fill(undefined), 60]);
  });

  it('are none if there is no limit', () => {
    expect(createEdgeRateLimiter({}, readConfig({ RATE_LIMIT: 'off' }))).toBe(undefined);
  });
});
