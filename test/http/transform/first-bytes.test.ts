import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  makeJpegHeader,
  pngChunk,
  pngHeader,
} from '../../helpers/files/make-image-files.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  countingCodecs,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';

const KIB = 1024;
const CHUNK = 16 * KIB;
const LENGTH = 4 * KIB * KIB;

const { codecs, counts } = countingCodecs(await loadCodecs());
const picture = paint({ width: 64, height: 48 }, (x, y) => [4 * x, 5 * y, 0]);
const small = await codecs.jpeg!.encode(picture, { quality: 85 });

/** The bytes, padded with zeros. */
const padded = (start: Uint8Array, length = LENGTH): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(start);
  return bytes;
};

/** A JPEG with its header after this many bytes of comments. */
function commented(jpeg: Uint8Array, bytes: number): Uint8Array {
  const comments = Array.from({ length: Math.ceil(bytes / 65_537) }, () =>
    bytesOf([0xff, 0xfe, 0xff, 0xff], new Uint8Array(65_533)),
  );
  return bytesOf(jpeg.subarray(0, 2), ...comments, jpeg.subarray(2));
}

const wide = bytesOf(
  [0x89],
  'PNG\r\n\x1a\n',
  pngChunk('IHDR', pngHeader({ width: 100_000, height: 100_000 })),
  pngChunk('IDAT'),
);
const progressive = makeJpegHeader({ width: 9000, height: 9000, frame: 0xc2 });

/** A service whose sources send these files piece by piece, and the number of bytes that were read. */
function setUp(files: Record<string, Uint8Array>, headers: Record<string, string> = {}) {
  const read: Record<string, number> = {};
  const cancelled: string[] = [];
  const service = createInMemoryService({
    codecs,
    respond({ url }) {
      const name = url.slice(PICTURES.length);
      const file = files[name]!;
      read[name] = 0;
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            const at = read[name]!;
            controller.enqueue(file.slice(at, at + CHUNK));
            read[name] = Math.min(file.length, at + CHUNK);
            if (read[name] === file.length) controller.close();
          },
          cancel: () => void cancelled.push(name),
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers });
    },
  });
  return { service, read, cancelled };
}

const codeOf = (response: Response): string | null => response.headers.get('x-error');

describe('a file that will be refused', () => {
  it.each([
    ['is no picture', 'w=8', bytesOf('not a picture at all'), 'not_an_image'],
    ['is of an unsupported format', 'w=8', bytesOf('%PDF-1.7'), 'format_unsupported'],
    ['has too many pixels', 'w=8', wide, 'too_many_pixels'],
    ['takes too much work', 'w=1500,f=webp', progressive, 'over_budget'],
  ])(
    'because it %s is refused from its first bytes, and the download ends',
    async (_, plan, start, code) => {
      const { service, read, cancelled } = setUp({ a: padded(start) });
      expect(codeOf(await service.ask(`/t/${plan}/${PICTURES}a`))).toBe(code);
      expect(read.a).toBe(64 * KIB);
      expect(cancelled).toEqual(['a']);
      expect(service.heldBytes()).toBe(0);
    },
  );

  it('ends the downloads of all files of the request', async () => {
    const { service, read, cancelled } = setUp({ a: padded(small), b: padded(wide) });
    const plan = `hybrid,far=${asOption(`${PICTURES}b`)}`;
    expect(codeOf(await service.ask(`/t/${plan}/${PICTURES}a`))).toBe('too_many_pixels');
    expect(read).toEqual({ a: 64 * KIB, b: 64 * KIB });
    expect(cancelled.sort()).toEqual(['a', 'b']);
  });

  it('is read until its header is complete, and no further', async () => {
    const { service, read } = setUp({ a: padded(commented(progressive, 150 * KIB)) });
    const response = await service.ask(`/t/w=1500,f=webp/${PICTURES}a`);
    expect(codeOf(response)).toBe('over_budget');
    expect(read.a).toBe(256 * KIB);
  });

  it('gets the same error with and without a declared length', async () => {
    const file = padded(progressive);
    const path = `/t/w=1500,f=webp/${PICTURES}a`;
    const detail = async (headers: Record<string, string>): Promise<unknown> => {
      const { detail } = (await (await setUp({ a: file }, headers).service.ask(path)).json()) as {
        detail: string;
      };
      return detail.replace(/estimated at \d+/, '');
    };
    expect(await detail({ 'Content-Length': String(LENGTH) })).toBe(await detail({}));
  });
});

describe('a file that is rendered', () => {
  it.each([0, 60 * KIB, 64 * KIB, 150 * KIB])(
    'may have its header after %d bytes',
    async (bytes) => {
      const file = bytes === 0 ? small : commented(small, bytes);
      const { service, read } = setUp({ a: file });
      const response = await service.ask(`/t/w=8,f=png/${PICTURES}a`);
      expect([response.status, read.a]).toEqual([200, file.length]);
    },
  );

  it('is not read if the client has the answer', async () => {
    const first = setUp({ a: small }, { ETag: '"1"' });
    const tag = (await first.service.ask(`/t/w=8/${PICTURES}a`)).headers.get('etag')!;
    const before = counts.decoded;
    const again = setUp({ a: small }, { ETag: '"1"' });
    const headers = { 'If-None-Match': tag };
    expect((await again.service.ask(`/t/w=8/${PICTURES}a`, { headers })).status).toBe(304);
    expect([again.read.a, again.cancelled, counts.decoded]).toEqual([0, ['a'], before]);
  });
});
