import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gpuVariables, readSettings } from '../../src/gpu/settings.ts';

describe('settings of the backend', () => {
  it.each([
    ['GPU_PORT', '65536', 'expected an integer from 0 to 65535, got "65536"'],
    ['GPU_SLOTS', '1.5', 'expected an integer from 1 to 64, got "1.5"'],
    ['GPU_HEARTBEAT_MS', '6000', 'expected an integer from 50 to 5000, got "6000"'],
    ['GPU_DEVICE', 'tpu', 'expected one of auto, cuda, webgpu, cpu, webgpu-software, got "tpu"'],
  ])('refuse %s=%s', (name, text, message) => {
    expect(() => readSettings({ [name]: text })).toThrow(`${name}: ${message}`);
  });

  it('take their defaults if they are unset or empty', () => {
    expect(readSettings({ GPU_SLOTS: '' })).toEqual(readSettings({}));
    expect(readSettings({}).GPU_DEVICE).toBe('auto');
  });

  it('are all in the README, with their defaults', () => {
    const readme = readFileSync(new URL('../../src/gpu/README.md', import.meta.url), 'utf8');
    const rows = readme.split('\n').filter((line) => line.startsWith('| `GPU_'));
    for (const [name, { default: value }] of Object.entries(gpuVariables)) {
      const row = rows.find((line) => line.includes(`\`${name}\``));
      expect([name, row]).toEqual([name, expect.any(String)]);
      if (typeof value === 'number' && value < 2 ** 20) expect(row).toContain(String(value));
    }
  });
});
