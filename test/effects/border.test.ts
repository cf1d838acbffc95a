import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { paint, pixelAt, run } from '../helpers/files/pictures.ts';

const picture = paint({ width: 6, height: 4 }, (x, y) => [40 * x, 60 * y, 9, x === 0 ? 0 : 255]);

describe('border', () => {
  it('lies around the picture, whose pixels stay, transparent ones too', async () => {
    const { image } = await run('border=3,border.color=rgb(255,0,0)', picture);
    expect([image.width, image.height]).toEqual([12, 10]);
    expect(pixelAt(image, 2, 5)).toEqual([255, 0, 0, 255]);
    expect(pixelAt(image, 11, 9)).toEqual([255, 0, 0, 255]);
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 6; x++)
        expect(pixelAt(image, x + 3, y + 3)).toEqual(pixelAt(picture, x, y));
    }
  });

  it('has a width for each side, and may be transparent', async () => {
    const { image } = await run(
      'border=1,border.left=2,border.bottom=0,border.color=transparent',
      picture,
    );
    expect([image.width, image.height]).toEqual([9, 5]);
    expect(pixelAt(image, 0, 0)).toEqual([0, 0, 0, 0]);
    expect(pixelAt(image, 3, 1)).toEqual(pixelAt(picture, 1, 0));
  });

  it('comes after resizing, in device pixels, and its size is predicted', async () => {
    const { image } = await run('border=2,w=3,dpr=1.5', picture);
    expect([image.width, image.height]).toEqual([11, 9]);
    const { steps } = parsePlan(['border=2,w=3,dpr=1.5'], effects);
    expect(steps.map(({ effect }) => effect.name)).toEqual(['resize', 'border']);
    expect(steps[1]?.effect.size({ width: 5, height: 3 }, steps[1].params)).toEqual({
      width: 11,
      height: 9,
    });
  });

  it('is black unless it has a colour, and no step without a width', async () => {
    expect(pixelAt((await run('border=1', picture)).image, 0, 0)).toEqual([0, 0, 0, 255]);
    expect(parsePlan(['border=0,border.color=red'], effects).steps).toEqual([]);
  });
});
