// Checks that decoding a picture while it is downloaded changes no answer, and that nothing stays held if the download fails.
import { describe, expect, it } from 'vitest';
import type { Codecs } from '../../../src/codecs/codec.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';

const CHUNK = 16 * 1024;
const base = await loadCodecs();
const picture = paint({ width: 900, height: 700 }, (x, y) => [
  (x * 7919 + y * 104729) % 256,
  (x * y) % 251,
  x % 256,
]);
const file = await base.jpeg.encode(picture, { quality: 88 });
const PATH = `/t/w=100,f=png/${PICTURES}a`;

/** Codecs that say how far early decoding came. */
function watched(codecs: Codecs) {
  const seen = { begun: 0, advanced: 0, finished: 0, disposed: 0 };
  const jpeg = codecs.jpeg!;
  const watching: Codecs = {
    ...codecs,
    jpeg: {
      ...jpeg,
      decodeEarly(start, shrink) {
        const early = jpeg.decodeEarly?.(start, shrink);
        if (!early) return undefined;
        seen.begun++;
        return {
          bytes: early.bytes,
          advance(arrived) {
            seen.advanced++;
            early.advance(arrived);
          },
          finish(whole, wanted) {
            const image = early.finish(whole, wanted);
            if (image) seen.finished++;
            return image;
          },
          [Symbol.dispose]() {
            seen.disposed++;
            early[Symbol.dispose]();
          },
        };
      },
    },
  };
  return { codecs: watching, seen };
}

type Body = { breaksAfter?: number; headers?: Record<string, string>; bytes?: Uint8Array };

/** A service whose source sends its file piece by piece, and may break off. */
function setUp({ breaksAfter, headers = {}, bytes = file }: Body = {}, codecs: Codecs = base) {
  const { codecs: watching, seen } = watched(codecs);
  const service = createInMemoryService({
    codecs: watching,
    respond() {
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (breaksAfter !== undefined && at >= breaksAfter) {
            controller.error(new Error('connection reset'));
            return;
          }
          controller.enqueue(bytes.slice(at, at + CHUNK));
          at += CHUNK;
          if (at >= bytes.length) controller.close();
        },
      });
      return new Response(body, { headers });
    },
  });
  return { service, seen };
}

const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());

describe('a JPEG file that is decoded while it is downloaded', () => {
  it('gives the answer that the whole file gives', async () => {
    const { decodeEarly: _, ...jpeg } = base.jpeg;
    const plain = setUp({}, { ...base, jpeg });
    const expected = await plain.service.ask(PATH);
    for (const headers of [{}, { 'Content-Length': String(file.length) }, { ETag: '"1"' }]) {
      const { service, seen } = setUp({ headers });
      const response = await service.ask(PATH);
      expect(response.status).toBe(200);
      expect(await bytesOf(response)).toEqual(await bytesOf(expected.clone()));
      expect(seen).toEqual({ begun: 1, advanced: expect.any(Number), finished: 1, disposed: 1 });
      expect(seen.advanced).toBeGreaterThan(10);
      expect(service.heldBytes()).toBe(0);
      if (!('ETag' in headers))
        expect(response.headers.get('etag')).toBe(expected.headers.get('etag'));
    }
  });

  it('is decoded by itself if the client may have the answer', async () => {
    const { service, seen } = setUp();
    const tag = (await service.ask(PATH)).headers.get('etag')!;
    const again = setUp();
    const headers = { 'If-None-Match': tag };
    expect((await again.service.ask(PATH, { headers })).status).toBe(304);
    expect([seen.begun, again.seen.begun]).toEqual([1, 0]);
  });

  it('is not decoded early for a plan that needs all of its pixels', async () => {
    const { service, seen } = setUp();
    expect((await service.ask(`/t/blur=2,f=jpeg/${PICTURES}a`)).status).toBe(200);
    expect(seen.begun).toBe(0);
  });

  it('leaves nothing behind if the download fails, and the next one is decoded early', async () => {
    const broken = setUp({ breaksAfter: 10 * CHUNK });
    for (let i = 0; i < 4; i++) {
      const response = await broken.service.ask(PATH);
      expect(response.headers.get('x-error')).toBe('source_unreachable');
      expect(broken.service.heldBytes()).toBe(0);
    }
    expect(broken.seen).toMatchObject({ begun: 4, finished: 0, disposed: 4 });
    const { service, seen } = setUp();
    expect((await service.ask(PATH)).status).toBe(200);
    expect(seen).toMatchObject({ begun: 1, finished: 1 });
  });

  it('gets the documented error if it is damaged', async () => {
    const bytes = file.slice();
    bytes.fill(0xa5, file.length / 2, file.length - 4);
    const cut = file.slice(0, -2000);
    for (const bad of [bytes, cut]) {
      const { service, seen } = setUp({ bytes: bad });
      expect((await service.ask(PATH)).headers.get('x-error')).toBe('undecodable');
      expect(seen).toMatchObject({ begun: 1, finished: 0, disposed: 1 });
      expect(service.heldBytes()).toBe(0);
    }
  });

  it('is decoded for two requests at once, and for others in turn', async () => {
    const { service, seen } = setUp();
    const asked = [100, 101, 102, 103].map((w) => service.ask(PATH.replace('100', String(w))));
    for (const response of await Promise.all(asked)) expect(response.status).toBe(200);
    expect(seen.begun).toBeGreaterThanOrEqual(2);
    expect(seen.disposed).toBe(seen.begun);
  });
});
