// Checks that the AVIF codec runs in workerd, where no code can be compiled at run time and the glue finds no page.
import avifDecoder from '@jsquash/avif/codec/dec/avif_dec.wasm';
import avifEncoder from '@jsquash/avif/codec/enc/avif_enc.wasm';
import { expect, it } from 'vitest';
import { createAvifCodec } from '../../src/codecs/avif/codec.ts';
import { makeImage } from '../helpers/files/make-image-files.ts';

it('encodes and decodes AVIF with transparency', async () => {
  const avif = createAvifCodec({ decoder: avifDecoder, encoder: avifEncoder });
  const image = makeImage(60, 40, (x, y) => [4 * x, 6 * y, 90, x < 30 ? 0 : 255]);
  const { width, height, data } = await avif.decode(await avif.encode(image, { quality: 90 }));
  expect([width, height]).toEqual([60, 40]);
  const [left, right] = [4 * (20 * 60 + 5), 4 * (20 * 60 + 50)];
  expect(data[left + 3]).toBeLessThan(6);
  expect(data[right + 3]).toBeGreaterThan(249);
  expect(Math.abs((data[right] as number) - 200)).toBeLessThan(12);
});
