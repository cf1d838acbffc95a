// A page of photos: all its requests come at once, and their files do not fit into the memory of an isolate at the same time.
import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';

const MIB = 2 ** 20;
const CAPACITY = 5 * MIB;

const codecs = await loadCodecs();
const picture = paint({ width: 64, height: 48 }, (x, y) => [4 * x, 5 * y, 0]);
const jpeg = await codecs.jpeg!.encode(picture, { quality: 85 });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A service whose sources answer after 10 ms with files of these sizes in bytes, `open` of which are being read. */
function setUp(sizes: readonly number[], { declares = true } = {}) {
  const seen = { open: 0, mostBytes: 0, requests: 0, aborted: 0 };
  const held = new Map<string, number>();
  const service = createInMemoryService({
    codecs,
    encodedBytes: CAPACITY,
    async respond({ url }) {
      seen.requests++;
      const size = sizes[Number(url.slice(PICTURES.length))]!;
      await sleep(10);
      held.set(url, size);
      seen.mostBytes = Math.max(
        seen.mostBytes,
        [...held.values()].reduce((sum, bytes) => sum + bytes, 0),
      );
      const file = new Uint8Array(size);
      file.set(jpeg);
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await sleep(1);
          controller.enqueue(file.subarray(at, at + size / 2));
          at += size / 2;
          if (at < size) return;
          held.delete(url);
          controller.close();
        },
        cancel: () => void held.delete(url),
      });
      return new Response(body, { headers: declares ? { 'Content-Length': String(size) } : {} });
    },
  });
  const ask = (i: number, init?: RequestInit) => service.ask(`/t/w=8,f=png/${PICTURES}${i}`, init);
  return { service, seen, ask };
}

const pages: [string, number[], object][] = [
  ['of one size', Array(40).fill(MIB), {}],
  [
    'of very different sizes',
    Array.from({ length: 40 }, (_, i) => MIB * [0.1, 3, 0.5, 4][i % 4]!),
    {},
  ],
  ['small, and do not say how large they are', Array(40).fill(MIB / 4), { declares: false }],
  ['large, and do not say how large they are', Array(40).fill(1.5 * MIB), { declares: false }],
];

describe('a page of 40 photos at once', () => {
  it.each(pages)('ends in 40 pictures if its files are %s', async (_, sizes, how) => {
    const { service, seen, ask } = setUp(sizes, how);
    const answers = await Promise.all(sizes.map((_size, i) => ask(i)));
    expect(answers.map(({ status }) => status)).toEqual(sizes.map(() => 200));
    expect(service.heldBytes()).toBe(0);
    // Sources are opened only when there is memory for their files; few turn out to be larger than expected.
    expect(seen.mostBytes).toBeLessThanOrEqual(2 * CAPACITY);
    expect(seen.requests).toBeLessThanOrEqual(40 + 20);
  });

  it('leaves room for those that stay when the clients of the others are gone', async () => {
    const sizes = Array(40).fill(4 * MIB);
    const { service, seen, ask } = setUp(sizes);
    const gone = new AbortController();
    const left = sizes.slice(1).map((_, i) => ask(i + 1, { signal: gone.signal }));
    const stays = ask(0);
    await sleep(5);
    gone.abort();
    expect((await stays).status).toBe(200);
    await Promise.all(left);
    expect(service.waitingForBytes()).toBe(0);
    expect(seen.requests).toBeLessThan(10);
    const logged = service.lines.filter(({ event }) => event === 'request');
    expect(logged.filter(({ status }) => status === 499).length).toBeGreaterThan(30);
    expect(logged.filter(({ code }) => code === 'busy')).toEqual([]);
  });

  it('is made for those who asked for the same picture when the client who was first is gone', async () => {
    const { seen, ask } = setUp([MIB, 4 * MIB]);
    const gone = new AbortController();
    const holder = ask(1);
    const [first, second] = [ask(0, { signal: gone.signal }), ask(0)];
    await sleep(5);
    gone.abort();
    expect((await first).status).toBe(429);
    expect((await second).status).toBe(200);
    expect((await holder).status).toBe(200);
    expect(seen.requests).toBeLessThanOrEqual(4);
  });
});
