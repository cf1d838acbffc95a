import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sign } from '../../scripts/sign.ts';
import { isSignature, parseSigningKeys } from '../../src/signing.ts';

const keys = '0102:0304,0506:0708';
const now = 1_000_000_500;
const run = (...args: string[]) => sign(args, { keys, now });

describe('npm run sign', () => {
  it('signs a URL with the first pair', async () => {
    const url = await run('https://a.example/t//w=%38/asset:b.png');
    const [, mac] = /^https:\/\/a\.example\/t\/s:([\w-]{43})\/w=8\/asset:b\.png$/.exec(url) ?? [];
    const [first] = parseSigningKeys(keys);
    expect(await isSignature(mac as string, '/w=8/asset:b.png', first ? [first] : [])).toBe(true);
  });

  it('signs a path, with an expiry after the given time', async () => {
    expect(await run('/t/w=8/asset:b.png', '--exp', '60')).toMatch(
      /^\/t\/s:[\w-]{43}\/exp=1000060\/w=8\/asset:b\.png$/,
    );
  });

  it('makes new key pairs', async () => {
    const pair = await sign(['--new-key'], { keys: undefined, now });
    expect(parseSigningKeys(pair)).toHaveLength(1);
  });

  it.each([
    [[], /expected one URL, got 0/],
    [['/t/a', '/t/b'], /expected one URL, got 2/],
    [['t/w=8/asset:a'], /expected https:\/\/<host>\/t\/… or \/t\/…/],
    [['ftp://a.example/t/a'], /expected https/],
    [['/v1/jobs'], /expected a transform URL/],
    [['/t/a', '--exp', 'soon'], /--exp: expected seconds/],
    [['/t/a', '--exp', '0'], /--exp: expected seconds/],
    [['/t/exp=1/asset:a', '--exp', '1'], /exp: expected once/],
    [['/t/a', '--until', '1'], /--until/],
  ])('refuses %j', async (args, problem) => {
    await expect(run(...args)).rejects.toThrow(problem);
  });

  it('names a missing or wrong variable without showing its value', async () => {
    const withKeys = (value: string | undefined) => sign(['/t/a'], { keys: value, now });
    await expect(withKeys(undefined)).rejects.toThrow(/^SIGNING_KEYS: expected.*--new-key/);
    await expect(withKeys('secret')).rejects.toThrow(/^SIGNING_KEYS: expected/);
    await expect(withKeys('secret')).rejects.not.toThrow(/secret/);
  });

  it('prints the signed URL, or the error', () => {
    const script = fileURLToPath(new URL('../../scripts/sign.ts', import.meta.url));
    const start = (...args: string[]) =>
      spawnSync(process.execPath, [script, ...args], {
        env: { ...process.env, SIGNING_KEYS: keys },
        encoding: 'utf8',
      });
    const good = start('/t/w=8/asset:a');
    expect([good.status, good.stdout, good.stderr]).toEqual([
      0,
      expect.stringMatching(/^\/t\/s:[\w-]{43}\/w=8\/asset:a\n$/),
      '',
    ]);
    const bad = start();
    expect([bad.status, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toMatch(/usage/);
  });
});
