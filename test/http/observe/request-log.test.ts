import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { effects } from '../../../src/effects/index.ts';
import { planRules } from '../../../src/http/catalogue/presets.ts';
import { requestLog } from '../../../src/http/observe/request-log.ts';
import { readPath, readTransform } from '../../../src/http/transform/url.ts';

describe('the log line of a request', () => {
  it('has the known facts, as plain numbers', () => {
    const entry = requestLog({
      id: 'r-1',
      method: 'GET',
      route: 'transform',
      status: 200,
      ms: 12.3456,
      cache: 'miss',
      format: 'webp',
      bytesIn: 1000,
      bytesOut: 500,
      size: { width: 4, height: 3 },
      predicted: { ms: 9.87654, bytes: 1e6 + 0.5, work: { 'resize.source': 12 } },
      queueMs: 20.04,
      steps: [{ name: 'resize', ms: 2.5499 }],
    });
    expect(JSON.parse(JSON.stringify(entry))).toEqual({
      event: 'request',
      id: 'r-1',
      method: 'GET',
      route: 'transform',
      status: 200,
      ms: 12.3,
      cache: 'miss',
      format: 'webp',
      bytesIn: 1000,
      bytesOut: 500,
      size: { width: 4, height: 3 },
      predicted: { ms: 9.9, bytes: 1000001, work: { 'resize.source': 12 } },
      queueMs: 20,
      steps: [{ name: 'resize', ms: 2.5 }],
    });
  });

  it('leaves out unknown facts', () => {
    const facts = { id: 'r-2', method: 'GET', route: 'other', status: 404, ms: 0 } as const;
    expect(requestLog({ ...facts, code: 'not_found' })).toEqual({
      event: 'request',
      ...facts,
      code: 'not_found',
    });
  });

  it('names the steps, but not their parameters or sources', () => {
    const far = 'b64:aHR0cHM6Ly9zZWNyZXQuZXhhbXBsZS9iLnBuZw'; // https://secret.example/b.png
    const url = `https://t.test/t/w=64/pixelate,block=7/hybrid,far=${far}/https://private.example/a.png?token=hush`;
    const { plan } = readTransform(readPath(url), planRules(readConfig({}), effects), '');
    const entry = requestLog({
      id: 'r-3',
      method: 'GET',
      route: 'transform',
      status: 200,
      ms: 1,
      plan,
    });
    expect(entry.plan).toEqual(['resize', 'pixelate', 'hybrid']);
    expect(JSON.stringify(entry)).not.toMatch(/b64|secret|private|hush|example/);
  });
});
