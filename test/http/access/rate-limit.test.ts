import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../scripts/sign.ts';
import { clientOf, createWindowLimiter } from '../../../src/http/access/rate-limit.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const picture = await codecs.png.encode(
  paint({ width: 8, height: 8 }, () => [9, 9, 9]),
  { quality: 85 },
);

describe('the client of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::8', '1:0:0:0::/64'],
  ])('%s is %s', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });

  it.each([
    null,
    '',
    'me',
    '1.2.3',
    '[::1]',
    '::1%eth0',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'a'.repeat(99),
  ])('%s counts as the unknown client', (address) => {
    expect(clientOf(address)).toBe('unknown');
  });

  it('depends on the whole upper half of an IPv6 address and not on the lower half', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const groups = fc.array(group, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const text = (list: number[]) => list.map((g) => g.toString(16)).join(':');
        const same = text([...one.slice(0, 4), ...other.slice(4)]);
        fc.pre(![one, [...one.slice(0, 4), ...other.slice(4)]].some((g) => isMapped(g)));
        expect(clientOf(same)).toBe(clientOf(text(one)));
        const equal = text(one.slice(0, 4)) === text(other.slice(0, 4));
        if (!isMapped(other)) expect(clientOf(text(other)) === clientOf(text(one))).toBe(equal);
      }),
    );
  });
});

const isMapped = (groups: number[]): boolean =>
  groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff;

describe('a window', () => {
  it('admits each client up to the limit, then says how long to wait, and begins anew', async () => {
    let now = 125_000;
    const take = createWindowLimiter({ count: 2, seconds: 60 }, () => now);
    expect([await take('a'), await take('a'), await take('a')]).toEqual([undefined, undefined, 55]);
    expect(await take('b')).toBe(undefined);
    now = 179_999;
    expect(await take('a')).toBe(1);
    now = 180_000;
    expect(await take('a')).toBe(undefined);
  });

  it('never admits more than the limit, at any times', async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 5 }), async (list, count) => {
        let now = 0;
        const take = createWindowLimiter({ count, seconds: 10 }, () => now);
        const passed = new Map<number, number>();
        for (const gap of list) {
          now += gap;
          const window = Math.floor(now / 10_000);
          const wait = await take('a');
          if (wait === undefined) passed.set(window, (passed.get(window) ?? 0) + 1);
          else expect(Math.floor((now + 1000 * wait) / 10_000)).toBe(window + 1);
        }
        for (const number of passed.values()) expect(number).toBeLessThanOrEqual(count);
      }),
      { numRuns: 50 },
    );
  });

  it('holds a bounded number of clients', async () => {
    const take = createWindowLimiter({ count: 1, seconds: 60 }, () => 0, 3);
    for (const client of ['a', 'b', 'c', 'd']) expect(await take(client)).toBe(undefined);
    expect([await take('d'), await take('c')]).toEqual([60, 60]);
    // The last client replaced it.
    expect(await take('a')).toBe(undefined);
  });
});

describe('a service with a limit', () => {
  const limited = (count = 2) =>
    createInMemoryService({
      codecs,
      pictures: { [`${PICTURES}a.png`]: picture },
      rateLimiter: createWindowLimiter({ count, seconds: 60 }, () => 0),
    });
  const upload = (address: string): RequestInit => ({
    method: 'POST',
    body: picture as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/png', 'CF-Connecting-IP': address },
  });

  it('refuses uploads over it with Retry-After, for this client alone', async () => {
    const service = limited();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await service.ask('/t/w=4,f=png', upload('192.0.2.1'))).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await service.ask('/t/w=4,f=png', upload('192.0.2.1'));
    const { headers } = refused;
    expect([headers.get('x-error'), headers.get('retry-after')]).toEqual(['rate_limited', '60']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await service.ask('/t/w=4,f=png', upload('192.0.2.2'))).status).toBe(200);
  });

  it('counts new pictures of unsigned URLs, but not stored ones', async () => {
    const service = limited(2);
    const get = async (width: number) =>
      (await service.ask(`/t/w=${width},f=png/${PICTURES}a.png`)).status;
    expect([await get(1), await get(1), await get(2), await get(1)]).toEqual([200, 200, 200, 200]);
    expect([await get(3), await get(1), await get(2)]).toEqual([429, 200, 200]);
  });

  it('does not count pictures of signed URLs', async () => {
    const keys = '00ff:11ee';
    const service = createInMemoryService({
      codecs,
      pictures: { [`${PICTURES}a.png`]: picture },
      rateLimiter: createWindowLimiter({ count: 1, seconds: 60 }, () => 0),
      vars: { SIGNING_KEYS: keys },
    });
    for (let width = 1; width < 5; width++) {
      const url = await sign([`/t/w=${width},f=png/${PICTURES}a.png`], { keys, now: 0 });
      expect((await service.ask(url)).status).toBe(200);
    }
  });

  it('counts a submitted job once, and a job that a transform starts', async () => {
    const service = await createJobTestService(codecs, {
      rateLimiter: createWindowLimiter({ count: 2, seconds: 60 }, () => 0),
    });
    const plan = (seed: number) => `w=16/style,engine=vgg19,seed=${seed},style=${further}`;
    const further = `b64:${Buffer.from(`${PICTURES}style.png`).toString('base64url')}`;
    const submit = (seed: number) =>
      service.ask('/v1/jobs', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ plan: plan(seed), source: `${PICTURES}content.png` }),
      });
    const get = (seed: number) => service.ask(`/t/${plan(seed)}/${PICTURES}content.png`);
    expect((await submit(1)).status).toBe(202);
    expect((await get(2)).status).toBe(202);
    expect([(await submit(3)).status, (await get(3)).status]).toEqual([429, 429]);
    // These jobs exist already.
    expect((await get(2)).status).toBe(202);
  });
});
