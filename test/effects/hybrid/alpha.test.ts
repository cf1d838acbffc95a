import { describe, expect, it } from 'vitest';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft, photo } from './pairs.ts';

expectNoTensorsLeft();

/** A disc with a soft edge; what is outside of it is hidden. */
const sprite = (hidden: readonly [number, number, number]) =>
  paint({ width: 96, height: 96 }, (x, y) => {
    const alpha = Math.min(1, Math.max(0, 36 - Math.hypot(x - 47.5, y - 47.5)));
    const seen = [120 + x, 200 - y, 40 + ((x * y) % 80)];
    return alpha > 0 ? [...seen, Math.round(255 * alpha)] : [...hidden, 0];
  });

describe('colours under an alpha of 0', () => {
  const [magenta, white] = [sprite([255, 0, 255]), sprite([255, 255, 255])];

  it.each([
    'hybrid,far=asset:f',
    'w=64/hybrid,far=asset:f',
    'w=64/hybrid,far=asset:f,mode=reference,steps=2',
  ])('never matter, of the near picture: %s', async (plan) => {
    const further = { 'asset:f': photo(3) };
    const [a, b] = [await run(plan, magenta, { further }), await run(plan, white, { further })];
    expect(maxDifference(a.image, b.image)).toBe(0);
    expect(pixelAt(a.image, 0, 0)[3]).toBe(0);
  });

  it.each([
    'hybrid,far=asset:f',
    'w=64/hybrid,far=asset:f',
    'hybrid,far=asset:f,align=0.2_0.2_0.1_0.1~0.8_0.8_0.9_0.9',
  ])('never matter, of the far picture: %s', async (plan) => {
    const [a, b] = [
      await run(plan, photo(3), { further: { 'asset:f': magenta } }),
      await run(plan, photo(3), { further: { 'asset:f': white } }),
    ];
    expect(maxDifference(a.image, b.image)).toBe(0);
  });
});

it('shows the mean of what is seen where the far picture is transparent', async () => {
  const far = paint({ width: 64, height: 64 }, (x) => (x < 8 ? [200, 80, 40, 255] : [0, 0, 0, 0]));
  const near = paint({ width: 64, height: 64 }, () => [128, 128, 128]);
  const { image } = await run('hybrid,far=asset:f', near, { further: { 'asset:f': far } });
  for (const x of [2, 30, 60]) expect(pixelAt(image, x, 32)).toEqual([200, 80, 40, 255]);
});

it('is the near picture if nothing of the far one is seen', async () => {
  const far = paint({ width: 40, height: 64 }, () => [9, 9, 9, 0]);
  const { image } = await run('hybrid,far=asset:f,color=both,gap=0,headroom=false', photo(3), {
    further: { 'asset:f': far },
  });
  expect(maxDifference(image, photo(3))).toBeLessThanOrEqual(1);
});
