import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const TOKEN = 'a-token-of-enough-characters';

const statusOf = async (
  vars: Record<string, string>,
  authorization?: string,
): Promise<[number, string | null]> => {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const response = await createInMemoryService({ codecs, vars }).ask('/metrics', { headers });
  return [response.status, response.headers.get('x-error')];
};

describe('GET /metrics', () => {
  it('is for whoever has the token', async () => {
    const vars = { METRICS_TOKEN: TOKEN };
    expect(await statusOf(vars, `Bearer ${TOKEN}`)).toEqual([200, null]);
    for (const wrong of [undefined, '', TOKEN, 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`])
      expect(await statusOf(vars, wrong)).toEqual([403, 'not_allowed']);
  });

  it('also needs it in development if there is one', async () => {
    const vars = { METRICS_TOKEN: TOKEN, DEVELOPMENT: 'true' };
    expect(await statusOf(vars)).toEqual([403, 'not_allowed']);
  });

  it('is closed without a token, but in development or on purpose', async () => {
    expect(await statusOf({ METRICS_TOKEN: '' }, 'Bearer ')).toEqual([403, 'not_allowed']);
    expect(await statusOf({ METRICS_TOKEN: '', DEVELOPMENT: 'true' })).toEqual([200, null]);
    expect(await statusOf({ METRICS_TOKEN: 'public' })).toEqual([200, null]);
  });

  it('does not start with a token that can be guessed', () => {
    expect(() => readConfig({ METRICS_TOKEN: 'short' })).toThrow(/^METRICS_TOKEN: expected public/);
  });
});
