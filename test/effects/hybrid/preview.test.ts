import { expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft, photo } from './pairs.ts';

expectNoTensorsLeft();

it('previews as halvings side by side, from afar, and as the bands alone', async () => {
  const further = { 'asset:f': photo(9) };
  const strip = (await run('hybrid,far=asset:f,preview=pyramid', photo(6), { further })).image;
  expect([strip.width, strip.height]).toEqual([64 + 32 + 16 + 8 + 4, 64]);
  expect(pixelAt(strip, 70, 0)).toEqual([255, 255, 255, 255]);
  const plain = (await run('hybrid,far=asset:f', photo(6), { further })).image;
  expect(pixelAt(strip, 20, 20)).toEqual(pixelAt(plain, 20, 20));
  const afar = (await run('hybrid,far=asset:f,preview=distance,distance=64', photo(6), { further }))
    .image;
  expect([afar.width, afar.height]).toEqual([64, 64]);
  expect(pixelAt(afar, 0, 0)).toEqual(pixelAt(afar, 63, 63));
  const high = (
    await run(
      'hybrid,far=asset:f,preview=high',
      paint({ width: 64, height: 64 }, () => [9, 200, 70]),
      { further },
    )
  ).image;
  for (const [x, y] of [
    [0, 0],
    [30, 40],
  ] as const) {
    for (const v of pixelAt(high, x, y).slice(0, 3))
      expect(Math.abs(v - 128)).toBeLessThanOrEqual(1);
  }
  const low = (
    await run('hybrid,far=asset:f,preview=low,headroom=false', photo(6), {
      further: { 'asset:f': paint({ width: 64, height: 64 }, () => [9, 200, 70]) },
    })
  ).image;
  expect(pixelAt(low, 31, 31)).toEqual([9, 200, 70, 255]);
});
