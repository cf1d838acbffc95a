import { describe, expect, it } from 'vitest';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const picture = paint(
  { width: 3, height: 1 },
  (x) =>
    [
      [100, 100, 100, 255],
      [200, 100, 50, 128],
      [255, 255, 255, 0],
    ][x]!,
);

describe('sepia', () => {
  it('is the matrix of the CSS filter on coded values, and keeps alpha', async () => {
    const { image } = await run('sepia', picture);
    // 100 · (0.393 + 0.769 + 0.189), and so on.
    expect(pixelAt(image, 0, 0)).toEqual([135, 120, 94, 255]);
    // 200 · 0.393 + 100 · 0.769 + 50 · 0.189 = 164.95, and so on.
    expect(pixelAt(image, 1, 0)).toEqual([165, 147, 114, 128]);
    // Red and green of white are beyond the range, blue is 255 · 0.937.
    expect(pixelAt(image, 2, 0)).toEqual([255, 255, 239, 0]);
  });

  it('mixes half and half at amount 0.5', async () => {
    const { image } = await run('sepia,amount=0.5', picture);
    // Halfway from 200, 100, 50 to 164.95, 146.8, 114.35.
    expect(pixelAt(image, 1, 0)).toEqual([182, 123, 82, 128]);
  });

  it('changes nothing at amount 0', async () => {
    expect((await run('sepia,amount=0', picture)).image).toBe(picture);
  });
});
