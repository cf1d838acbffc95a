import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseBackendKeys,
  SIGNATURE_HEADER,
  signRequest,
  verifyRequest,
} from '../../src/jobs/auth.ts';

const NOW = 1_790_000_000_000;
const keys = parseBackendKeys('a secret of enough characters');
const head = new TextEncoder().encode('{"id":"a"}');
const request = { method: 'PUT', path: '/jobs/a', head };

const headerOf = async (signed: Parameters<typeof signRequest>[0], use = keys, now = NOW) =>
  (await signRequest(signed, { keys: use, now }))[SIGNATURE_HEADER];

describe('signatures between Worker and backend', () => {
  it('verifies what was signed', async () => {
    const header = await headerOf(request);
    await verifyRequest({ ...request, header }, { keys, now: NOW });
  });

  it.each([
    ['method', { method: 'GET' }],
    ['path', { path: '/jobs/b' }],
    ['head', { head: new TextEncoder().encode('{"id":"b"}') }],
  ])('refuses another %s', async (_, other) => {
    const header = await headerOf(request);
    await expect(
      verifyRequest({ ...request, ...other, header }, { keys, now: NOW }),
    ).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it('refuses a head if none was signed', async () => {
    const header = await headerOf({ method: 'PUT', path: '/jobs/a' });
    await expect(verifyRequest({ ...request, header }, { keys, now: NOW })).rejects.toMatchObject({
      code: 'bad_signature',
    });
  });

  it('holds for five minutes, before and after', async () => {
    const header = await headerOf(request);
    for (const s of [-299, 299]) {
      await verifyRequest({ ...request, header }, { keys, now: NOW + 1000 * s });
    }
    for (const s of [-302, 302]) {
      await expect(
        verifyRequest({ ...request, header }, { keys, now: NOW + 1000 * s }),
      ).rejects.toMatchObject({ code: 'bad_signature' });
    }
  });

  it('refuses any header that differs in one character', async () => {
    const header = (await headerOf(request)) as string;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(header.length - 1),
        fc.constantFrom(...'0123456789abcdef.-x'),
        async (at, character) => {
          if (header[at] === character) return;
          const changed = header.slice(0, at) + character + header.slice(at + 1);
          await expect(
            verifyRequest({ ...request, header: changed }, { keys, now: NOW }),
          ).rejects.toMatchObject({ code: 'bad_signature' });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses no header', async () => {
    for (const header of [undefined, null, '']) {
      await expect(verifyRequest({ ...request, header }, { keys, now: NOW })).rejects.toMatchObject(
        { code: 'bad_signature' },
      );
    }
  });

  it('lets keys rotate: the first signs, every one verifies', async () => {
    const [old, both, next] = [
      parseBackendKeys(`one:${'a1'.repeat(16)}`),
      parseBackendKeys(`two:${'b2'.repeat(16)},one:${'a1'.repeat(16)}`),
      parseBackendKeys(`two:${'b2'.repeat(16)}`),
    ];
    for (const signer of [old, both]) {
      const header = await headerOf(request, signer);
      await verifyRequest({ ...request, header }, { keys: both, now: NOW });
    }
    const header = await headerOf(request, both);
    await verifyRequest({ ...request, header }, { keys: next, now: NOW });
    await expect(
      verifyRequest({ ...request, header }, { keys: old, now: NOW }),
    ).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it('refuses secrets that are too short or have a key id twice', () => {
    expect(() => parseBackendKeys('short')).toThrow(/at least 16 characters/);
    const key = `one:${'a1'.repeat(16)}`;
    expect(() => parseBackendKeys(`${key},${key}`)).toThrow(/every key id once/);
  });
});
