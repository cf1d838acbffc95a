// Checks that damaged JPEG files end in a listed error or a picture, at every scale, and do not affect the next file.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { AppError } from '../../../src/errors.ts';
import type { Image } from '../../../src/image.ts';
import { bytesOf, makeImage } from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const picture = makeImage(70, 50, (x, y) => [3 * x, 255 - 4 * y, (x * y) & 255, 255]);
const kinds = ['baseline', 'separate scans', 'progressive'] as const;
const files = kinds.flatMap((kind) => [
  writeJpeg(picture, { kind }),
  writeJpeg(picture, { kind, restart: 3 }),
]);
const shrinks = [1, 2, 8];
let jpeg: Codec;
let whole: Image[];

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
  whole = await Promise.all(files.map((file) => jpeg.decode(file)));
});

/** Decodes; allows the two error codes for bad files. */
async function attempt(bytes: Uint8Array, shrink: number): Promise<void> {
  try {
    await jpeg.decode(bytes, { shrink });
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(['undecodable', 'format_unsupported']).toContain((error as AppError).code);
  }
}

const position = (file: Uint8Array, code: number, from = 0): number => {
  let at = file.indexOf(0xff, from);
  while (file[at + 1] !== code) at = file.indexOf(0xff, at + 1);
  return at;
};
const scanData = (file: Uint8Array): number => {
  const at = position(file, 0xda);
  return at + 4 + 256 * (file[at + 2] as number) + (file[at + 3] as number) - 2;
};
const without = (file: Uint8Array, start: number, end: number) =>
  bytesOf(file.subarray(0, start), file.subarray(end));

describe('damaged JPEG files', () => {
  it('survives wrong bytes anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.keys()),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...shrinks),
        async (index, changes, shrink) => {
          const file = files[index]!.slice();
          for (const [at, value] of changes) file[2 + (at % (file.length - 4))] = value;
          // The caller checks a changed size with the probe.
          const frame = Math.min(
            ...[0xc0, 0xc2]
              .map((code) => Buffer.from(file).indexOf(Buffer.from([0xff, code])))
              .filter((at) => at > 0),
          );
          if (frame < file.length) file.set([0, 50, 0, 70], frame + 5);
          await attempt(file, shrink);
          expect((await jpeg.decode(files[index]!)).data).toEqual(whole[index]!.data);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives random data after whole headers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        fc.constantFrom(...shrinks),
        async (file, noise, shrink) => {
          await attempt(bytesOf(file.subarray(0, scanData(file)), noise, [0xff, 0xd9]), shrink);
        },
      ),
      { numRuns: 200 },
    );
    expect((await jpeg.decode(files[0]!)).data).toEqual(whole[0]!.data);
  });

  it.each(kinds)('calls a file cut at any place undecodable at an eighth too: %s', async (kind) => {
    const file = writeJpeg(picture, { kind });
    for (let length = 3; length < file.length; length += 41) {
      await expect(jpeg.decode(file.subarray(0, length), { shrink: 8 })).rejects.toEqual(
        undecodable,
      );
    }
  });

  it.each(kinds)('calls a file with a hole in its first scan undecodable: %s', async (kind) => {
    const file = writeJpeg(picture, { kind, restart: 3 });
    const start = scanData(file);
    for (const shrink of shrinks) {
      const marker = position(file, 0xd1, start);
      const hole = without(file, start, marker);
      await expect(jpeg.decode(hole, { shrink })).rejects.toEqual(undecodable);
      const short = bytesOf(file.subarray(0, start + 2), [0xff, 0xd9]);
      await expect(jpeg.decode(short, { shrink })).rejects.toEqual(undecodable);
    }
  });

  it('calls a file without quantisation undecodable, even if the previous file had one', async () => {
    for (const file of files) {
      const at = position(file, 0xdb);
      for (const shrink of shrinks) {
        await jpeg.decode(file, { shrink });
        const bare = without(file, at, at + 69);
        await expect(jpeg.decode(bare, { shrink })).rejects.toEqual(undecodable);
      }
    }
  });

  it('calls a file that lacks a colour undecodable', async () => {
    for (const kind of ['separate scans', 'progressive'] as const) {
      const file = writeJpeg(picture, { kind });
      const scans = kind === 'progressive' ? 1 : 2;
      let at = position(file, 0xda);
      for (let i = 1; i < scans; i++) at = position(file, 0xda, at + 2);
      const end = position(file, 0xda, at + 2);
      const lacking = without(file, at, end);
      for (const shrink of shrinks) {
        await expect(jpeg.decode(lacking, { shrink })).rejects.toEqual(undecodable);
      }
    }
  });

  it('skips bytes after the data of a scan, but not damage after them', async () => {
    const padded = writeJpeg(picture, { behindScans: [0, 0, 0, 0] });
    expect((await jpeg.decode(padded)).data).toEqual(whole[0]!.data);
    const file = files[1]!;
    const first = position(file, 0xd0, scanData(file));
    const second = position(file, 0xd1, first);
    // The padding alone is harmless, but here it hides a hole in the interval after it.
    const hidden = bytesOf(
      file.subarray(0, first),
      [0, 0, 0, 0],
      file.subarray(first, first + 4),
      file.subarray(second),
    );
    await expect(jpeg.decode(hidden)).rejects.toEqual(undecodable);
  });

  it('ignores thousands of tables, without keeping them', async () => {
    const file = writeJpeg(picture, { kind: 'progressive' });
    const at = position(file, 0xc4);
    const table = file.subarray(at, at + 33);
    const many = bytesOf(file.subarray(0, at), ...new Array(5000).fill(table), file.subarray(at));
    await expect(jpeg.decode(many, { shrink: 8 })).rejects.toEqual(undecodable);
  });

  it('ignores metadata and garbage between segments', async () => {
    const [file] = files as [Uint8Array];
    const at = position(file, 0xdb);
    const odd = bytesOf(file.subarray(0, at), [1, 2, 3, 0xff, 0xe5, 0, 3, 9], file.subarray(at));
    expect((await jpeg.decode(odd)).data).toEqual(whole[0]!.data);
  });
});
