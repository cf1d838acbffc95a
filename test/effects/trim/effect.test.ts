import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import { formatPlan, parsePlan } from '../../../src/plan/grammar.ts';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const numbered = paint({ width: 9, height: 8 }, (x, y) => [10 * x, 10 * y, 0]);

/** A 9×8 picture with `inner` in columns 2…5 and rows 1…4. */
const framed = (border: readonly number[], inner: (x: number, y: number) => readonly number[]) =>
  paint({ width: 9, height: 8 }, (x, y) =>
    x >= 2 && x <= 5 && y >= 1 && y <= 4 ? inner(x, y) : border,
  );

async function sizeOf(image: ReturnType<typeof paint>): Promise<number[]> {
  const result = (await run('trim=border', image)).image;
  return [result.width, result.height];
}

describe('trim by pixels', () => {
  it.each(['1~2~3~4', '1;2;3;4', '01%3B2~3;4'])(
    'takes %s off the top, right, bottom and left',
    async (text) => {
      const { image } = await run(`trim=${text}`, numbered);
      expect([image.width, image.height]).toEqual([3, 4]);
      expect(pixelAt(image, 0, 0)).toEqual([40, 10, 0, 255]);
      expect(pixelAt(image, 2, 3)).toEqual([60, 40, 0, 255]);
    },
  );

  it('has one spelling in cache keys', () => {
    const text = (trim: string) => formatPlan(parsePlan([`trim=${trim}`], effects));
    expect(text('1;02;3~4')).toBe('trim=1~2~3~4/f=auto,q=85');
    expect(text('1~2~3~4')).toBe(text('1;02;3~4'));
  });

  it('changes nothing with zeros', async () => {
    expect((await run('trim=0~0~0~0', numbered)).image).toBe(numbered);
  });

  it.each([
    ['4~0~4~0', 'got 0 off its width and 8 off its height'],
    ['0~5~0~4', 'got 9 off its width and 0 off its height'],
    ['0~99999~0~99999', 'got 199998 off its width and 0 off its height'],
  ])('refuses %s, of which nothing remains, before any pixel is there', (text, got) => {
    const { effect, params } = parsePlan([`trim=${text}`], effects).steps[0]!;
    const size = () => effect.size({ width: 9, height: 8 }, params);
    expect(size).toThrow(`trim: expected less than the picture's 9×8, ${got}`);
    expect(size).toThrow(AppError);
  });

  it.each(['1~2~3', '1~2~3~4~5', '1,2', '-1~0~0~0', '1.5~0~0~0', 'auto', '100000~0~0~0'])(
    'refuses %s',
    (text) => {
      expect(() => parsePlan([`trim=${encodeURIComponent(text)}`], effects)).toThrow(
        `trim: expected border or four lengths like 10~20~10~20, got "${text}"`,
      );
    },
  );
});

describe('trim=border', () => {
  it('cuts off the border and keeps the rest, pixel for pixel', async () => {
    const { image } = await run(
      'trim=border',
      framed([250, 250, 250], (x, y) => [x, y, 0]),
    );
    expect([image.width, image.height]).toEqual([4, 4]);
    expect(pixelAt(image, 0, 0)).toEqual([2, 1, 0, 255]);
    expect(pixelAt(image, 3, 3)).toEqual([5, 4, 0, 255]);
  });

  it('counts up to ten levels of noise as border, and eleven as picture', async () => {
    const noisy = (levels: number) =>
      paint({ width: 9, height: 8 }, (x, y) => {
        if (x === 4 && y === 4) return [0, 0, 0];
        return x === 1 && y === 6 ? [200 - levels, 200, 200] : [200, 200, 200];
      });
    expect(await sizeOf(noisy(10))).toEqual([1, 1]);
    expect(await sizeOf(noisy(11))).toEqual([4, 3]);
  });

  it('counts invisible pixels as border, whatever their colour', async () => {
    const picture = paint({ width: 9, height: 8 }, (x, y) =>
      x >= 2 && x <= 5 && y >= 1 && y <= 4 ? [0, 0, 0, 255] : [x * 20, y * 20, 99, 0],
    );
    expect(await sizeOf(picture)).toEqual([4, 4]);
  });

  it('keeps holes of the border colour inside the picture', async () => {
    expect(await sizeOf(framed([0, 0, 0], (x) => (x % 3 === 0 ? [0, 0, 0] : [99, 0, 0])))).toEqual([
      4, 4,
    ]);
  });

  it('cuts off a bar on one side', async () => {
    const bar = paint({ width: 9, height: 8 }, (x, y) =>
      y < 3 ? [255, 255, 255] : [20 * x, 20 * y, 0],
    );
    expect(await sizeOf(bar)).toEqual([9, 5]);
  });

  it('leaves a uniform picture and one without a border as they are', async () => {
    const uniform = paint({ width: 9, height: 8 }, () => [7, 7, 7]);
    const photo = paint({ width: 9, height: 8 }, (x, y) => [30 * x, 30 * y, 0]);
    for (const picture of [uniform, photo])
      expect((await run('trim=border', picture)).image).toBe(picture);
  });

  it('has a tolerance, a colour, and a rest that stays', async () => {
    const sizeWith = async (options: string, image: ReturnType<typeof paint>) => {
      const result = (await run(options, image)).image;
      return [result.width, result.height];
    };
    const grey = framed([200, 200, 200], (x, y) => [x === 2 ? 180 : 20, y, 0]);
    expect(await sizeWith('trim=border', grey)).toEqual([4, 4]);
    const near = framed([200, 200, 200], (x) => (x === 2 ? [185, 200, 200] : [20, 0, 0]));
    expect(await sizeWith('trim.border.tolerance=14', near)).toEqual([4, 4]);
    expect(await sizeWith('trim.border.tolerance=15', near)).toEqual([3, 4]);
    expect(await sizeWith('trim.border.keep=1', grey)).toEqual([6, 6]);
    expect(await sizeWith('trim.border.keep=9', grey)).toEqual([9, 8]);
    expect(await sizeWith('trim.border.color=%23c8c8c8', grey)).toEqual([4, 4]);
    expect(await sizeWith('trim.border.color=black', grey)).toEqual([9, 8]);
  });

  it('follows a border that changes slowly, up to an edge', async () => {
    const paper = paint({ width: 60, height: 50 }, (x, y) =>
      x >= 20 && x < 40 && y >= 15 && y < 30
        ? [90, 60, 30]
        : Array(3).fill(230 + Math.min(x, 59 - x, y, 49 - y)),
    );
    const result = (await run('trim=border', paper)).image;
    expect([result.width, result.height]).toEqual([20, 15]);
  });

  it('does not cut a gradient in its middle', async () => {
    const sky = paint({ width: 40, height: 60 }, (x, y) =>
      y > 50 ? [10, 60 + x, 10] : [100 + 2 * y, 100 + 2 * y, 200],
    );
    expect(await sizeOf(sky)).toEqual([40, 60]);
  });

  it('cuts the paper of a scan off', async () => {
    const { jpeg } = await loadCodecs();
    const scan = await jpeg.decode(await readFile('test/cases/requests/trimscan.jpg'));
    // The file's coding leaves a few rows of noise around the photo.
    const usual = (await run('trim=border', scan)).image;
    expect(usual.width - 140).toBeLessThanOrEqual(2);
    expect(usual.height - 120).toBeLessThanOrEqual(5);
    const { image } = await run('trim.border.tolerance=20', scan);
    expect([image.width, image.height]).toEqual([140, 120]);
  });

  it('predicts at least the size of the result', async () => {
    const picture = framed([1, 2, 3], () => [90, 90, 90]);
    const { effect, params } = parsePlan(['trim=border'], effects).steps[0]!;
    expect(effect.size(picture, params)).toEqual({ width: 9, height: 8 });
  });

  it('comes before turning and resizing', async () => {
    const picture = framed([0, 0, 0], (x) => (x < 4 ? [250, 0, 0] : [0, 250, 0]));
    const { image } = await run('w=2,rotate=90,trim=border', picture);
    expect([image.width, image.height]).toEqual([2, 2]);
    expect(pixelAt(image, 0, 0)[0]).toBeGreaterThan(pixelAt(image, 0, 1)[0] as number);
  });
});
