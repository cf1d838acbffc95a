import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createBucketTables } from '../../src/edge/answers/r2-tables.ts';

describe('tables in a bucket', () => {
  it('are replaced only by those who have read the last version', async () => {
    const tables = createBucketTables(env.JOB_BLOBS);
    const bytes = (first: number) => new Uint8Array([first, 2, 3]);
    expect(await tables.get('table')).toBeUndefined();
    expect(await tables.replace('table', bytes(1), undefined)).toBe(true);
    expect(await tables.replace('table', bytes(9), undefined)).toBe(false);
    const first = (await tables.get('table'))!;
    expect(first.bytes).toEqual(bytes(1));
    expect(await tables.replace('table', bytes(2), first.version)).toBe(true);
    expect(await tables.replace('table', bytes(9), first.version)).toBe(false);
    expect((await tables.get('table'))!.bytes).toEqual(bytes(2));
  });
});
