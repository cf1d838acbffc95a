// Checks that the first frame of an animated WebP is decoded on its canvas, and that frames that lie about themselves are refused.
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  makeImage,
  makeWebp,
  uint,
  vp8x,
  webpChunk,
} from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const colour = (x: number, y: number): [number, number, number] => [
  40 + 2 * x,
  230 - 3 * y,
  60 + x,
];
const opaque = makeImage(40, 30, (x, y) => [...colour(x, y), 255]);
const clear = makeImage(40, 30, (x, y) => [...colour(x, y), x < 20 ? 0 : 128]);
let webp: Codec;
let lossy: Uint8Array;
let withAlpha: Uint8Array;

beforeAll(async () => {
  webp = (await loadCodecs()).webp;
  lossy = (await webp.encode(opaque, { quality: 90 })).subarray(12);
  // Behind the extended header come the alpha channel and the colours.
  withAlpha = (await webp.encode(clear, { quality: 90 })).subarray(30);
});

const little = (value: number) => uint(value, 3, { little: true });

const frame = (
  chunks: Uint8Array,
  { left = 0, top = 0, width = 40, height = 30 }: Partial<Record<string, number>> = {},
) =>
  webpChunk(
    'ANMF',
    bytesOf(
      [...little(left / 2), ...little(top / 2), ...little(width - 1), ...little(height - 1)],
      [...little(100), 0],
      chunks,
    ),
  );

const animation = (frames: Uint8Array[], width = 40, height = 30) =>
  makeWebp(
    webpChunk('VP8X', vp8x(0x12, width, height)),
    webpChunk('ANIM', [0, 0, 0, 0, 0, 0]),
    ...frames,
  );

describe('the first frame of an animated WebP', () => {
  it('is what the same picture gives as a still file', async () => {
    const file = animation([frame(lossy), frame(withAlpha)]);
    expect(probe(file)).toMatchObject({ frames: 2, width: 40, height: 30 });
    const still = await webp.decode(makeWebp(lossy));
    expect((await webp.decode(file)).data).toEqual(still.data);
  });

  it('keeps its alpha channel', async () => {
    const { data } = await webp.decode(animation([frame(withAlpha)]));
    expect([data[3], data[4 * 39 + 3]]).toEqual([0, 128]);
  });

  it('lies at its place on a transparent canvas', async () => {
    const file = animation([frame(lossy, { left: 6, top: 4 })], 50, 40);
    const { width, data } = await webp.decode(file);
    const still = await webp.decode(makeWebp(lossy));
    const at = (x: number, y: number) => [...data.subarray(4 * (y * width + x)).subarray(0, 4)];
    expect(at(6, 4)).toEqual([...still.data.subarray(0, 4)]);
    expect(at(45, 33)).toEqual([...still.data.subarray(-4)]);
    expect([at(5, 4), at(6, 3), at(46, 33)]).toEqual(new Array(3).fill([0, 0, 0, 0]));
  });

  it('is that which libvips decodes', async () => {
    const pages = Buffer.from([...opaque.data, ...clear.data]);
    const file = await sharp(pages, { raw: { width: 40, height: 60, channels: 4, pageHeight: 30 } })
      .webp({ lossless: true })
      .toBuffer();
    expect(probe(new Uint8Array(file)).frames).toBe(2);
    expect((await webp.decode(new Uint8Array(file))).data).toEqual(opaque.data);
  });

  it.each([
    ['outside of the canvas', () => frame(lossy, { left: 2 })],
    ['of another size than it says', () => frame(lossy, { width: 38 })],
    ['with an alpha channel, of another size than it says', () => frame(withAlpha, { height: 28 })],
    ['without a picture', () => frame(new Uint8Array())],
    ['with half of its picture', () => frame(lossy.subarray(0, lossy.length >> 1))],
    ['shorter than its own header', () => webpChunk('ANMF', [0, 0, 0])],
  ])('is refused if it is %s', async (_, make) => {
    await expect(webp.decode(animation([make()]))).rejects.toEqual(undecodable);
  });

  it('is refused if there is none', async () => {
    await expect(webp.decode(animation([]))).rejects.toEqual(undecodable);
  });
});
