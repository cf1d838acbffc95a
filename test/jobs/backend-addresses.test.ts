import { describe, expect, it } from 'vitest';
import { containerOf, parseBackends } from '../../src/jobs/backend-addresses.ts';

describe('GPU_BACKENDS', () => {
  it('lists origins and containers', () => {
    expect(parseBackends('')).toEqual([]);
    const text = ' http://127.0.0.1:8788/, https://GPU.example.com , container:00,container:12,';
    const addresses = parseBackends(text);
    expect(addresses).toEqual([
      'http://127.0.0.1:8788',
      'https://gpu.example.com',
      'container:0',
      'container:12',
    ]);
    expect(addresses.map(containerOf)).toEqual([undefined, undefined, '0', '12']);
  });

  it.each([
    'gpu.example.com',
    'ftp://gpu.example.com',
    'https://user:pass@gpu.example.com',
    'https://gpu.example.com/path',
    'https://gpu.example.com/?a=b',
    'container:',
    'container:a',
    'container:1234',
    Array(33).fill('https://gpu.example.com').join(),
  ])('refuses %s', (text) => {
    expect(() => parseBackends(text)).toThrow(/GPU_BACKENDS: expected/);
  });
});
