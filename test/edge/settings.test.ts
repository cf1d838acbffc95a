import { describe, expect, it } from 'vitest';
import { daySecondsOf, readSettings } from '../../src/edge/settings.ts';

const JOBS = { JOBS: true, GPU_DAY: true, JOB_RUNS: true, JOB_BLOBS: true };
const KEYS = { SIGNING_KEYS: '00:11' };
const BACKENDS = { GPU_BACKENDS: 'https://gpu.example.com', GPU_SECRET: '0123456789abcdef' };
const FOREIGN = { ALLOWED_SOURCES: 'https://images.example.com/' };

describe('settings outside development', () => {
  it('may be empty: sample pictures and uploads cost nothing but the Worker', () => {
    expect(readSettings({}).SIGNING_KEYS).toEqual([]);
  });

  it.each([
    ['GPU backends', { ...JOBS, ...BACKENDS }, /^SIGNING_KEYS: .*GPU_BACKENDS is set/],
    [
      'GPU backends that are unsigned on purpose',
      { ...JOBS, ...BACKENDS, UNSIGNED: 'true' },
      /^SIGNING_KEYS: /,
    ],
    ['foreign sources', FOREIGN, /^SIGNING_KEYS: .*ALLOWED_SOURCES is set; or UNSIGNED=true/],
    ['a bucket of sources', { SOURCE_BUCKET: true }, /^SIGNING_KEYS: .*SOURCE_BUCKET is bound/],
  ])('without keys refuse %s', (_, env, message) => {
    expect(() => readSettings(env)).toThrow(message);
    expect(readSettings({ ...env, ...KEYS }).SIGNING_KEYS).toHaveLength(1);
    expect(readSettings({ ...env, DEVELOPMENT: 'true' }).SIGNING_KEYS).toEqual([]);
  });

  it('without keys allow foreign sources on purpose', () => {
    expect(readSettings({ ...FOREIGN, UNSIGNED: 'true' }).UNSIGNED).toBe(true);
  });

  it('refuse backends that are asked without encryption', () => {
    const open = { ...JOBS, ...KEYS, ...BACKENDS, GPU_BACKENDS: 'http://gpu.example.com' };
    expect(() => readSettings(open)).toThrow('GPU_BACKENDS: expected https: outside development');
    expect(readSettings({ ...open, DEVELOPMENT: 'true' }).GPU_BACKENDS).toBe(open.GPU_BACKENDS);
  });
});

describe('settings', () => {
  it.each([
    ['ALLOWED_SOURCES', { ALLOWED_SOURCES: 'images.example.com' }],
    ['SOURCE_BASE', { SOURCE_BASE: 'ftp://images.example.com' }],
    ['GPU_BACKENDS', { GPU_BACKENDS: 'gpu.example.com' }],
    ['GPU_HEADERS', { GPU_HEADERS: 'Bearer x' }],
    ['GPU_SECRET', { ...BACKENDS, GPU_SECRET: 'short' }],
    ['CACHE_MAX_AGE', { CACHE_MAX_AGE: 'soon' }],
  ])('name the variable that is wrong: %s', (name, env) => {
    expect(() => readSettings({ ...JOBS, ...env })).toThrow(new RegExp(`^${name}: expected`));
  });

  it('take containers of the Worker if they are bound', () => {
    const env = { ...JOBS, ...KEYS, ...BACKENDS, GPU_BACKENDS: 'container:0,container:1' };
    expect(() => readSettings(env)).toThrow(/^GPU_BACKENDS: .*CPU_BACKEND missing/);
    expect(readSettings({ ...env, CPU_BACKEND: true }).GPU_BACKENDS).toBe(env.GPU_BACKENDS);
  });

  it('name what is not bound', () => {
    const { JOB_RUNS: _, ...some } = JOBS;
    expect(() => readSettings({ ...some, ...KEYS, ...BACKENDS })).toThrow(
      /GPU_BACKENDS: .*JOB_RUNS missing/,
    );
    expect(() => readSettings({ RESULT_STORE: 'r2' })).toThrow(/^RESULT_STORE: .*JOB_BLOBS/);
  });

  it('cap the time of backends per day unless they say otherwise', () => {
    expect(daySecondsOf(readSettings({}))).toBe(3600);
    expect(daySecondsOf(readSettings({ DEVELOPMENT: 'true' }))).toBe(0);
    expect(daySecondsOf(readSettings({ GPU_SECONDS_PER_DAY: '0' }))).toBe(0);
    expect(daySecondsOf(readSettings({ GPU_SECONDS_PER_DAY: '60' }))).toBe(60);
  });
});
