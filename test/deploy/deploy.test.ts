// Deployments that are refused before anything is made, by us or by the account.
import { describe, expect, it } from 'vitest';
import { openAccount } from './account.ts';
import { deployTo, KEYS, SECRET, secretsFile } from './deploy-to.ts';

describe('a deployment to a fresh account', () => {
  it('is refused by name without its secrets', async () => {
    await using account = await openAccount();
    const { code, output } = await deployTo(account, {});
    expect(code).toBe(1);
    expect(output).toContain('required secrets have not been set: SIGNING_KEYS');
    expect(output).toContain('npm run sign -- --new-key');
    expect(account.uploads).toEqual([]);
  });

  it('says what the free plan lacks before anything is made', async () => {
    await using account = await openAccount({ paid: false });
    const both = await secretsFile(KEYS, SECRET);
    const jobs = await deployTo(account, { jobs: true, secretsFile: both });
    expect(jobs.output).toContain('It needs the Workers Paid plan and R2');
    expect(jobs.output).toContain('Deploy it without jobs first (npm run deploy)');
    expect(jobs.code).toBe(1);
    const pictures = await deployTo(account, { secretsFile: both });
    expect(pictures.output).toContain('This account has the free plan.');
    expect(pictures.code).toBe(1);
    expect(account.uploads).toEqual([]);
    expect([...account.buckets]).toEqual([]);
  });

  it('refuses wrong secrets by name without asking the account', async () => {
    await using account = await openAccount();
    const wrong = await secretsFile('SIGNING_KEYS=secret');
    const { code, output } = await deployTo(account, { secretsFile: wrong });
    expect(output).toMatch(/^SIGNING_KEYS: expected/m);
    expect(code).toBe(1);
    expect(account.calls).toEqual([]);
  });
});
