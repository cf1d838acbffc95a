import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { byteOfLinear, linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const dark = [60, 60, 60];
const light = [200, 200, 200];
const drawn = byteOfLinear(0.05 * (linearOfByte[60] as number));

const step = paint({ width: 20, height: 10 }, (x) => (x < 8 ? light : dark));

/** Changed columns of a row. */
function changed(before: Image, after: Image, y: number): number[] {
  const columns = Array.from({ length: before.width }, (_, x) => x);
  return columns.filter((x) => `${pixelAt(before, x, y)}` !== `${pixelAt(after, x, y)}`);
}

describe('outline', () => {
  it('draws a line one cell wide on the dark side of an edge', async () => {
    const { image } = await run('pixelate,block=1,outline=0.5', step);
    for (let y = 0; y < 10; y++) expect(changed(step, image, y)).toEqual([8]);
    expect(pixelAt(image, 8, 5)).toEqual([drawn, drawn, drawn, 255]);
  });

  it('does so in every direction', async () => {
    for (const side of [
      (x: number, _: number) => x >= 8,
      (_: number, y: number) => y < 8,
      (_: number, y: number) => y >= 8,
    ]) {
      const picture = paint({ width: 16, height: 16 }, (x, y) => (side(x, y) ? light : dark));
      const { image } = await run('pixelate,block=1,outline=0.5', picture);
      let count = 0;
      for (let y = 0; y < 16; y++) {
        for (const x of changed(picture, image, y)) {
          count++;
          expect(pixelAt(picture, x, y)).toEqual([...dark, 255]);
        }
      }
      expect(count).toBe(16);
    }
  });

  it('draws a soft edge once', async () => {
    const picture = paint({ width: 20, height: 10 }, (x) =>
      Array(3).fill(x < 8 ? 220 : x === 8 ? 130 : 40),
    );
    const { image } = await run('pixelate,block=1,outline=0.8', picture);
    for (let y = 0; y < 10; y++) expect(changed(picture, image, y).length).toBe(1);
  });

  it('does not change flat and gently shaded pictures, nor any picture at 0', async () => {
    const shaded = paint({ width: 40, height: 20 }, (x, y) => Array(3).fill(100 + x + y));
    expect(maxDifference((await run('pixelate,block=1,outline=1', shaded)).image, shaded)).toBe(0);
    expect(maxDifference((await run('pixelate,block=1,outline=0', step)).image, step)).toBe(0);
  });

  it('draws more edges at higher values', async () => {
    const steps = paint({ width: 60, height: 6 }, (x) =>
      Array(3).fill([20, 40, 90, 170, 190, 255][Math.floor(x / 10)]),
    );
    const counts: number[] = [];
    for (const outline of [0.2, 0.5, 0.9]) {
      counts.push(
        changed(steps, (await run(`pixelate,block=1,outline=${outline}`, steps)).image, 3).length,
      );
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect([counts[0], counts[2]]).toEqual([0, 5]);
  });

  it('surrounds a cut-out shape, on its own cells', async () => {
    const picture = paint({ width: 12, height: 12 }, (x, y) =>
      x >= 3 && x < 9 && y >= 3 && y < 9 ? [250, 200, 60, 255] : [0, 0, 0, 0],
    );
    const { image } = await run('pixelate,block=1,outline=0.3', picture);
    expect(changed(picture, image, 2)).toEqual([]);
    expect(changed(picture, image, 3)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(changed(picture, image, 5)).toEqual([3, 8]);
  });

  it('draws nothing on cells that are less than half opaque, such as a soft shadow', async () => {
    const picture = paint({ width: 12, height: 6 }, (x) =>
      x < 6 ? [250, 200, 60, 100] : [0, 0, 0, 0],
    );
    const { image } = await run('pixelate,block=1,outline=1', picture);
    expect(maxDifference(image, picture)).toBe(0);
  });

  it('uses the darkest colour of the palette, and chooses an automatic palette without the lines', async () => {
    const named = await run('pixelate,block=1,palette=gameboy,outline=0.5', step);
    expect(pixelAt(named.image, 8, 4)).toEqual([0x0f, 0x38, 0x0f, 255]);
    const auto = await run('pixelate,block=1,palette=auto,outline=0.5', step);
    expect(auto.report.palette).toEqual(['#3c3c3c', '#c8c8c8']);
  });
});
