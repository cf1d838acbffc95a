import { expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { expectNoTensorsLeft } from './pairs.ts';

expectNoTensorsLeft();

const dot = (cx: number, cy: number, size = 64) =>
  paint({ width: size, height: size }, (x, y) =>
    Array(3).fill(Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < 5 ? 255 : 40),
  );
const brightest = (image: Parameters<typeof pixelAt>[0]): [number, number] => {
  let [sx, sy, n] = [0, 0, 0];
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const v = Math.max(0, (pixelAt(image, x, y)[0] as number) - 90);
      sx += v * (x + 0.5);
      sy += v * (y + 0.5);
      n += v;
    }
  }
  return [sx / n, sy / n];
};

it.each([
  ['two points', 'align=0.5_0.5_0.25_0.75~0.75_0.5_0.5_0.75', [32, 32]],
  ['three points', 'align=0.5_0.5_0.25_0.75~0.75_0.5_0.5_0.75~0.5_0.75_0.25_1', [32, 32]],
  ['no alignment', 'cutoff=16', [16, 48]],
])('brings given points together: %s', async (_, option, [x, y]) => {
  const grey = paint({ width: 64, height: 64 }, () => [128, 128, 128]);
  const { image } = await run(`hybrid,far=asset:f,mode=frequency,headroom=false,${option}`, grey, {
    further: { 'asset:f': dot(16, 48) },
  });
  const [bx, by] = brightest(image);
  expect(Math.abs(bx - (x as number))).toBeLessThan(0.6);
  expect(Math.abs(by - (y as number))).toBeLessThan(0.6);
});
