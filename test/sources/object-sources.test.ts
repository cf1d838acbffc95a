import { describe, expect, it } from 'vitest';
import { createObjectReader } from '../../src/edge/r2-sources.ts';
import { createSourceReader } from '../../src/sources/fetch-source.ts';

const rules = { allowed: [], allowPrivate: false, maxBytes: 100, timeoutMs: 200 };
const source = (key: string) => ({ kind: 'object', key }) as const;

/** A bucket with these objects; `cancelled` counts bodies that were cancelled unread. */
function fakeBucket(objects: Record<string, string | ReadableStream<Uint8Array>>) {
  const log = { asked: [] as string[], cancelled: 0 };
  const streamOf = (text: string) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
      cancel: () => void log.cancelled++,
    });
  const bucket = {
    async get(key: string) {
      log.asked.push(key);
      const object = objects[key];
      if (object === undefined) return null;
      const body = typeof object === 'string' ? streamOf(object) : object;
      const size = typeof object === 'string' ? object.length : 50;
      return { body, size, etag: key, httpEtag: `"tag of ${key}"` };
    },
  };
  return { bucket, log };
}

function setUp(objects: Record<string, string | ReadableStream<Uint8Array>>) {
  const { bucket, log } = fakeBucket(objects);
  const ports = {
    fetch: async () => new Response('elsewhere'),
    asset: async () => undefined,
    object: createObjectReader(bucket),
  };
  return { reader: createSourceReader(ports, rules), log };
}

describe('an object of the bucket', () => {
  it('is read under its key, with its own tag and length', async () => {
    const { reader, log } = setUp({ 'a/b.jpg': 'picture' });
    reader.check(source('a/b.jpg'));
    const open = await reader.open(source('a/b.jpg'));
    expect([open.validator, open.expectedBytes]).toEqual(['"tag of a/b.jpg"', 7]);
    expect(new TextDecoder().decode(await open.read())).toBe('picture');
    expect(log.asked).toEqual(['a/b.jpg']);
  });

  it('that is not there is source_missing', async () => {
    const { reader } = setUp({});
    await expect(reader.open(source('a'))).rejects.toMatchObject({
      code: 'source_missing',
      message: 'source: expected the key of an object in the bucket, got "a"',
    });
  });

  it('over the byte limit is refused unread, and cancelled', async () => {
    const { reader, log } = setUp({ a: 'x'.repeat(101) });
    await expect(reader.open(source('a'))).rejects.toMatchObject({ code: 'too_many_bytes' });
    expect(log.cancelled).toBe(1);
  });

  it('that stops in the middle ends at the time limit', async () => {
    const { reader } = setUp({
      a: new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) }),
    });
    const open = await reader.open(source('a'));
    await expect(open.read()).rejects.toMatchObject({ code: 'source_timeout' });
  });

  it('is cancelled if it is not read', async () => {
    const { reader, log } = setUp({ a: 'picture' });
    await (await reader.open(source('a'))).cancel();
    expect(log.cancelled).toBe(1);
  });
});

describe('without a bucket', () => {
  it('objects are forbidden, and the error says why', async () => {
    const ports = { fetch: async () => new Response('x'), asset: async () => undefined };
    const reader = createSourceReader(ports, rules);
    const refusal = {
      code: 'source_forbidden',
      message: 'source: expected no r2: source, this server has no bucket of sources',
    };
    expect(() => reader.check(source('a'))).toThrow(expect.objectContaining(refusal));
    await expect(reader.open(source('a'))).rejects.toMatchObject(refusal);
  });
});
