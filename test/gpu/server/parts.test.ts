import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBodyReader } from '../../../src/gpu/server/body-reader.ts';
import { createPartStore } from '../../../src/gpu/server/parts.ts';
import { sleep } from '../../../src/timing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-parts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const whole = Buffer.from('abcdefghij');
const sha256 = createHash('sha256').update(whole).digest('hex');
const blob = { id: 'job', sha256, bytes: whole.length };

function storeOf(limits = {}) {
  const store = createPartStore(join(folder, 'parts'), {
    ...{ blobBytes: 100, blobs: 2, keepMs: 60_000 },
    ...limits,
  });
  const add = (at: number, text: string, more: { id?: string; bytes?: number } = {}) =>
    store.add(
      { id: 'job', sha256, at, bytes: text.length, ...more },
      createBodyReader(Readable.from([Buffer.from(text)])),
    );
  const taken = async () => {
    const file = join(folder, `taken-${files++}`);
    await store.link(blob, file);
    return readFile(file, 'utf8');
  };
  let files = 0;
  return { add, taken, store };
}

describe('parts of a blob', () => {
  it('become the blob, which can be taken more than once until it is dropped', async () => {
    const { add, taken, store } = storeOf();
    await add(0, 'abcd');
    await add(4, 'efghij');
    expect([await taken(), await taken()]).toEqual(['abcdefghij', 'abcdefghij']);
    store.check('job', [blob]);
    expect(() => store.check('other', [blob])).toThrow('not here');
    await add(0, 'a', { id: 'other' });
    await store.drop('job');
    expect(await readdir(join(folder, 'parts'))).toHaveLength(1);
    await store.drop('other');
    await expect(taken()).rejects.toMatchObject({ code: 'not_ready' });
    expect(await readdir(join(folder, 'parts'))).toEqual([]);
  });

  it('are refused out of order, and begin anew at 0', async () => {
    const { add, taken } = storeOf();
    await expect(add(4, 'efgh')).rejects.toMatchObject({ code: 'not_ready' });
    await add(0, 'wrong');
    await expect(add(4, 'efghij')).rejects.toMatchObject({ code: 'not_ready' });
    await add(0, 'abcdefgh');
    await add(8, 'ij');
    expect(await taken()).toBe('abcdefghij');
  });

  it('that are cut off leave nothing behind', async () => {
    const { add, taken } = storeOf();
    await add(0, 'abcd');
    await expect(add(4, 'xx', { bytes: 6 })).rejects.toMatchObject({ code: 'bad_body' });
    await expect(add(4, 'efghijkl', { bytes: 6 })).rejects.toMatchObject({ code: 'bad_body' });
    await add(4, 'efghij');
    expect(await taken()).toBe('abcdefghij');
  });

  it('do not become a blob with another digest or length', async () => {
    const { add, taken } = storeOf();
    await add(0, 'abcdefghix');
    await expect(taken()).rejects.toMatchObject({ code: 'bad_body' });
    await add(0, 'abcdefghi');
    await expect(taken()).rejects.toMatchObject({ code: 'not_ready' });
  });

  it('are limited in bytes and in number, and are dropped when they are old', async () => {
    await expect(storeOf({ blobBytes: 3 }).add(0, 'abcd')).rejects.toMatchObject({
      code: 'too_many_bytes',
    });
    const { add } = storeOf({ keepMs: 200 });
    await add(0, 'a', { id: 'one' });
    await add(0, 'a', { id: 'two' });
    await expect(add(0, 'a', { id: 'three' })).rejects.toMatchObject({ code: 'busy' });
    await sleep(250);
    await add(0, 'a', { id: 'three' });
    expect(await readdir(join(folder, 'parts'))).toHaveLength(1);
  });

  it('are added one at a time', async () => {
    const { add } = storeOf();
    const first = add(0, 'abcd');
    await expect(add(0, 'abcd')).rejects.toMatchObject({ code: 'not_ready' });
    await first;
  });
});
