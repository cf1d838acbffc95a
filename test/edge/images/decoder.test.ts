import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImagesDecoder } from '../../../src/edge/images/decoder.ts';
import { takesFile } from '../../../src/edge/images/limits.ts';
import { createByteAccount } from '../../../src/gate/byte-account.ts';
import type { Size } from '../../../src/image.ts';
import { sleep } from '../../../src/timing.ts';
import { describeShrinkDecoder } from '../../contracts/shrink-decoder.ts';
import { header } from '../../helpers/services/fake-codecs.ts';
import { shrunkBySharp } from '../../helpers/services/sharp-shrink-decoder.ts';

type Answer = (file: Uint8Array, size: Size) => Promise<ReadableStream<Uint8Array>>;

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new Response(bytes as Uint8Array<ArrayBuffer>).body!;

/** A binding with this answer. */
function bindingOf(answer: Answer): ImagesBinding {
  return {
    input(file) {
      let size: Size = { width: 0, height: 0 };
      const handle: ReturnType<ImagesBinding['input']> = {
        transform: ({ width, height }) => {
          size = { width, height };
          return handle;
        },
        async output(options) {
          expect(options).toEqual({ format: 'image/png', anim: false });
          const bytes = new Uint8Array(await new Response(file).arrayBuffer());
          const image = await answer(bytes, size);
          return { image: () => image };
        },
      };
      return handle;
    },
  };
}

const bySharp: Answer = async (file, size) => streamOf(await shrunkBySharp(file, size));

function open(answer: Answer, { allowed = true, timeoutMs = 10_000, capacityBytes = 1e7 } = {}) {
  const account = createByteAccount({ capacityBytes, wait: sleep, now: () => performance.now() });
  const counted: string[] = [];
  const lines: unknown[] = [];
  const decoder = createImagesDecoder(
    bindingOf(answer),
    {
      account,
      allowance: async () => allowed,
      count: (result) => void counted.push(result),
      log: (entry) => void lines.push(entry),
    },
    timeoutMs,
  );
  return { decoder, account, counted, lines };
}

const failing =
  (code?: number): Answer =>
  async () => {
    throw Object.assign(new Error(`IMAGES_TRANSFORM_ERROR ${code}: details`), { code });
  };

const file = new Uint8Array(
  await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
    .webp()
    .toBuffer(),
);
const size = { width: 30, height: 20 };

describe('the decoder of an Images binding', () => {
  describeShrinkDecoder(() => open(bySharp).decoder);

  it('hands over the whole file, and holds memory until the answer is disposed of', async () => {
    const large = new Uint8Array(700_000).map((_, i) => i % 251);
    const { decoder, account, counted } = open(async (got) => streamOf(got));
    {
      using made = await decoder.shrink(large, size, 1e6);
      expect(Buffer.compare(made.bytes, large)).toBe(0);
      expect(account.state().bytes).toBe(1e6);
    }
    expect(account.state().bytes).toBe(0);
    expect(counted).toEqual(['ok']);
  });

  it.each([
    ['a format that it does not take', failing(9412), 'format_unsupported', 'refused'],
    ['a picture that is too large for it', failing(9413), 'format_unsupported', 'refused'],
    ['an exhausted subscription', failing(9422), 'format_unsupported', 'refused'],
    ['a damaged file', failing(9516), 'undecodable', 'refused'],
    ['a failure of its own', failing(9523), 'backend_unavailable', 'failed'],
    ['an error without a code', failing(), 'backend_unavailable', 'failed'],
    [
      'a stream that breaks',
      async () =>
        new ReadableStream({
          pull: (controller) => controller.error(new Error('broken')),
        }),
      'backend_unavailable',
      'failed',
    ],
    ['nothing at all', () => new Promise<never>(() => {}), 'backend_unavailable', 'failed'],
    [
      'a stream that never ends',
      async () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) }),
      'backend_unavailable',
      'failed',
    ],
    [
      'endless bytes',
      async () =>
        new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
        }),
      'format_unsupported',
      'refused',
    ],
  ] as [string, Answer, string, string][])(
    '%s is an error that gives the memory back',
    async (_, answer, code, result) => {
      const { decoder, account, counted, lines } = open(answer, { timeoutMs: 100 });
      await expect(decoder.shrink(file, size, 1e6)).rejects.toMatchObject({ code });
      expect(account.state().bytes).toBe(0);
      expect(counted).toEqual([result]);
      expect(lines).toMatchObject([{ event: 'images_failed', code }]);
    },
  );

  it('is not called beyond what is allowed per day', async () => {
    let calls = 0;
    const { decoder } = open(
      async (bytes, to) => {
        calls++;
        return bySharp(bytes, to);
      },
      { allowed: false },
    );
    await expect(decoder.shrink(file, size, 1e6)).rejects.toThrow(/IMAGES_PER_DAY/);
    expect(calls).toBe(0);
  });

  it('never shows what the binding said', async () => {
    const { decoder } = open(failing(9523));
    await expect(decoder.shrink(file, size, 1e6)).rejects.not.toThrow(/details/);
  });
});

describe('the files that the binding takes', () => {
  const takes = (width: number, height: number, more = {}, byteLength = 1e6) =>
    takesFile({ header: { ...header(width, height), ...more }, byteLength });

  it('have at most 20 MB, 100 megapixels, and sides of 12,000 pixels', () => {
    expect(takes(10_000, 10_000)).toBe(true);
    expect(takes(10_000, 10_001)).toBe(false);
    expect(takes(12_001, 100)).toBe(false);
    expect(takes(100, 100, {}, 20_000_001)).toBe(false);
  });

  it('have frames of 50 megapixels in all if they are animations', () => {
    expect(takes(1000, 1000, { format: 'gif', frames: 50 })).toBe(true);
    expect(takes(1000, 1000, { format: 'gif', frames: 51 })).toBe(false);
  });
});
