import { describe, expect, it } from 'vitest';
import { type AnswerBucket, createBucketAnswers } from '../../../src/edge/answers/r2-answers.ts';
import { AppError } from '../../../src/errors.ts';

type Kept = { bytes: Uint8Array; options: Parameters<AnswerBucket['put']>[2] };

function setUp() {
  const kept = new Map<string, Kept>();
  const canceled: string[] = [];
  const bucket: AnswerBucket = {
    async get(key) {
      const found = kept.get(key);
      if (!found) return null;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(found.bytes);
          controller.close();
        },
        cancel: () => void canceled.push(key),
      });
      const { customMetadata } = found.options ?? {};
      return { body, size: found.bytes.length, ...(customMetadata && { customMetadata }) };
    },
    async put(key, body, options) {
      kept.set(key, { bytes: body as Uint8Array, options });
    },
    delete: async (key) => void kept.delete(key),
  };
  const account = { held: 0, most: 0, full: false };
  const encoded = {
    async reserve(bytes: number) {
      if (account.full) throw new AppError('busy', 'full');
      account.held += bytes;
      account.most = Math.max(account.most, account.held);
      const release = (): void => {
        account.held -= bytes;
      };
      return { reserveMore: () => true, resize: () => true, release };
    },
  };
  return { answers: createBucketAnswers(bucket, { encoded }), kept, account, canceled };
}

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const answer = (body: Uint8Array<ArrayBuffer> = bytes) =>
  new Response(body, {
    headers: { 'Content-Type': 'image/png', ETag: 'W/"1"', 'Content-Length': String(body.length) },
  });

describe('answers in a bucket', () => {
  it('come back with their headers, byte for byte', async () => {
    const { answers, kept, account } = setUp();
    await answers.put('key', answer());
    expect([...kept.keys()]).toEqual(['answers/key']);
    const found = await answers.match('key');
    expect(found?.headers.get('etag')).toBe('W/"1"');
    expect(await found?.bytes()).toEqual(bytes);
    expect(account).toMatchObject({ held: 0, most: bytes.length });
    await answers.delete('key');
    expect(await answers.match('key')).toBeUndefined();
  });

  it('have their digest checked by the bucket when they are stored', async () => {
    const { answers, kept } = setUp();
    await answers.put('key', answer());
    expect(kept.get('answers/key')?.options?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['another byte', (kept: Kept) => ({ ...kept, bytes: kept.bytes.with(5, 77) })],
    ['one byte less', (kept: Kept) => ({ ...kept, bytes: kept.bytes.subarray(1) })],
  ])('are none with %s', async (_, damage) => {
    const { answers, kept } = setUp();
    await answers.put('key', answer());
    kept.set('answers/key', damage(kept.get('answers/key') as Kept));
    await expect(answers.match('key')).rejects.toThrow('not what was stored');
  });

  it.each([
    ['nothing', undefined],
    ['nonsense', { customMetadata: { about: '%7B' } }],
    ['half of it', { customMetadata: { about: encodeURIComponent('{"headers":[]}') } }],
  ])('are none where %s is known of them, and nothing is read', async (_, options) => {
    const { answers, kept, canceled } = setUp();
    kept.set('answers/key', { bytes, options });
    expect(await answers.match('key')).toBeUndefined();
    expect(canceled).toEqual(['answers/key']);
  });

  it('are not found while there is no memory to read them', async () => {
    const { answers, account, canceled } = setUp();
    await answers.put('key', answer());
    account.full = true;
    await expect(answers.match('key')).rejects.toMatchObject({ code: 'busy' });
    expect(canceled).toEqual(['answers/key']);
  });

  it('are not stored if they are large, whatever length they declare', async () => {
    const { answers, kept } = setUp();
    const large = new Uint8Array(8 * 2 ** 20 + 1);
    await answers.put('key', answer(large));
    await answers.put('key', new Response(large));
    expect(kept.size).toBe(0);
  });
});
