import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { layout } from '../../../src/effects/resize/layout.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { srgbToLinear } from '../../../src/srgb.ts';
import { byteOfLinear } from '../../../src/tensor/colour/colour.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const flat = (width: number, height: number) => paint({ width, height }, () => [90, 140, 40]);

async function sizeOf(options: string, width: number, height: number): Promise<number[]> {
  const { image } = await run(options, flat(width, height));
  return [image.width, image.height];
}

const layoutOf = (options: string, width: number, height: number) =>
  layout(
    { width, height },
    parsePlan([options], effects).steps[0]?.params as Parameters<typeof layout>[1],
  );

describe('sizes', () => {
  it.each([
    ['w=50', 200, 100, [50, 25]],
    ['h=50', 200, 100, [100, 50]],
    ['w=50,h=50', 200, 100, [50, 25]],
    ['w=400,h=400', 200, 100, [200, 100]],
    ['w=400,h=400,fit=contain', 200, 100, [400, 200]],
    ['w=50,h=50,fit=cover', 200, 100, [50, 50]],
    ['w=300,h=300,fit=cover', 200, 100, [300, 300]],
    ['w=50,h=50,fit=crop', 200, 100, [50, 50]],
    ['w=300,h=300,fit=crop', 200, 100, [200, 100]],
    ['w=300,h=50,fit=crop', 200, 100, [200, 50]],
    ['w=300,h=300,fit=aspect-crop', 200, 100, [100, 100]],
    ['w=50,h=50,fit=aspect-crop', 200, 100, [50, 50]],
    ['w=60,h=60,fit=pad', 200, 100, [60, 60]],
    ['w=60,h=60,fit=scale-up', 200, 100, [200, 100]],
    ['w=400,h=400,fit=scale-up', 200, 100, [400, 200]],
    ['w=60,h=10,fit=squeeze', 200, 100, [60, 10]],
    ['w=50,dpr=2', 200, 100, [100, 50]],
    ['w=50,dpr=1.5,h=50,fit=cover', 200, 100, [75, 75]],
    ['width=50,height=20,fit=squeeze', 200, 100, [50, 20]],
    ['w=1', 200, 3, [1, 1]],
    ['w=10', 1, 1, [1, 1]],
    ['w=10,fit=contain', 1, 1, [10, 10]],
    ['w=128', 1000, 667, [128, 85]],
    ['w=104', 1000, 667, [104, 69]],
    ['w=230', 1000, 667, [230, 153]],
    ['w=128,fit=contain', 1000, 667, [128, 85]],
    ['w=64,dpr=2', 1000, 667, [128, 85]],
    ['h=128', 667, 1000, [85, 128]],
    ['w=33,fit=pad', 1000, 667, [33, 22]],
  ] as const)('%s of %i×%i is %j', async (options, width, height, size) => {
    expect(await sizeOf(options, width, height)).toEqual(size);
  });

  it('predicts the size of the result', async () => {
    for (const fit of ['scale-down', 'contain', 'cover', 'crop', 'aspect-crop', 'pad', 'squeeze']) {
      for (const [w, h] of [
        [33, 17],
        [7, 90],
        [120, 120],
      ] as const) {
        const { canvas } = layoutOf(`w=${w},h=${h},fit=${fit}`, 61, 43);
        expect(await sizeOf(`w=${w},h=${h},fit=${fit}`, 61, 43)).toEqual([
          canvas.width,
          canvas.height,
        ]);
      }
    }
  });
});

describe('cropping', () => {
  const columns = paint({ width: 40, height: 10 }, (x) => [6 * x, 6 * x, 6 * x]);

  it.each([
    ['left', 0],
    ['right', 30],
    ['0.5x0.5', 15],
    ['0.2x0.5', 6],
    ['0x0', 0],
    ['1x1', 30],
  ])(
    'gravity %s keeps the part that begins at column %i, pixel for pixel',
    async (gravity, begin) => {
      const { image } = await run(`w=10,h=10,fit=cover,gravity=${gravity}`, columns);
      for (let x = 0; x < 10; x++) expect(pixelAt(image, x, 4)[0]).toBe(6 * (x + begin));
    },
  );

  it('keeps the top and the bottom if named', async () => {
    const rows = paint({ width: 10, height: 40 }, (_, y) => [6 * y, 0, 0]);
    const top = await run('w=10,h=10,fit=cover,g=top', rows);
    const bottom = await run('w=10,h=10,fit=cover,g=bottom', rows);
    expect([pixelAt(top.image, 0, 0)[0], pixelAt(bottom.image, 0, 0)[0]]).toEqual([0, 180]);
  });
});

describe('gravity=auto', () => {
  const objectAt = (size: { width: number; height: number }, cx: number, cy: number) =>
    paint(size, (x, y) =>
      Math.abs(x - cx) <= 8 && Math.abs(y - cy) <= 8 && (x + y) % 4 < 2
        ? [250, 240, 30]
        : [60, 60, 60],
    );
  const brightAt = (image: ReturnType<typeof paint>): { x: number; y: number; n: number } => {
    const found = { x: 0, y: 0, n: 0 };
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        if ((pixelAt(image, x, y)[0] as number) < 200) continue;
        found.x += x;
        found.y += y;
        found.n++;
      }
    }
    return { x: found.x / found.n, y: found.y / found.n, n: found.n };
  };

  it.each([
    [30, 40],
    [100, 100],
    [169, 170],
  ])('keeps an object at column %i whole and in the middle', async (column) => {
    const wide = objectAt({ width: 200, height: 60 }, column, 30);
    const whole = brightAt(wide).n;
    const { image } = await run('w=60,h=60,fit=cover,gravity=auto', wide);
    const { x, n } = brightAt(image);
    expect(n).toBe(whole);
    expect(Math.abs(x - 30)).toBeLessThanOrEqual(1.5);
  });

  it('moves vertically in tall pictures, and keeps an object at the very edge', async () => {
    const tall = objectAt({ width: 40, height: 300 }, 20, 291);
    const { image } = await run('w=40,h=40,fit=crop,gravity=auto', tall);
    expect(brightAt(image).n).toBe(brightAt(tall).n);
  });

  it('finds the object in a large picture too, and if the result is small', async () => {
    const large = objectAt({ width: 700, height: 100 }, 600, 50);
    const { image } = await run('w=25,h=25,fit=cover,gravity=auto', large);
    const level = (x: number) => pixelAt(image, x, 12)[0] as number;
    expect(level(12)).toBeGreaterThan(100);
    expect([level(0), level(24)]).toEqual([60, 60]);
  });

  it('prefers the busier of two objects, and the same one each time', async () => {
    const two = paint({ width: 300, height: 50 }, (x, y) => {
      if (x > 20 && x < 40 && (y >> 3) % 2) return [110, 110, 110];
      return x > 240 && x < 260 && (y >> 3) % 2 ? [130, 130, 130] : [90, 90, 90];
    });
    const first = (await run('w=50,h=50,fit=cover,gravity=auto', two)).image;
    expect(first).toEqual((await run('w=50,h=50,fit=cover,gravity=auto', two)).image);
    expect(first.data.some((v, i) => i % 4 === 0 && v === 130)).toBe(true);
  });

  it('is the centre if the picture is flat', async () => {
    const ramp = paint({ width: 90, height: 30 }, (x) => [90, 90, 2 * x]);
    const centre = await run('w=30,h=30,fit=cover', ramp);
    const auto = await run('w=30,h=30,fit=cover,gravity=auto', ramp);
    expect(maxDifference(centre.image, auto.image)).toBe(0);
    expect((await run('w=30,h=30,fit=cover,gravity=auto', flat(90, 31))).image.width).toBe(30);
  });

  it('keeps a head above a busy body', async () => {
    const person = paint({ width: 120, height: 180 }, (x, y) => {
      const isFace = Math.hypot((x - 60) / 16, (y - 40) / 22) < 1;
      if (isFace)
        return Math.hypot(Math.abs(x - 60) - 7, y - 36) < 2.5 ? [60, 40, 40] : [205, 150, 120];
      if (y > 75 && Math.abs(x - 60) < 45) return (x >> 4) % 2 ? [70, 85, 130] : [95, 110, 155];
      return [120, 140, 150];
    });
    const { image } = await run('w=120,h=50,fit=cover,gravity=auto', person);
    const face = [...Array(50).keys()].filter(
      (y) => pixelAt(image, 60, y)[0]! > 180 && pixelAt(image, 60, y)[2]! < 150,
    );
    expect(face.length).toBeGreaterThan(35);
    const same = await run('w=120,h=50,fit=cover,gravity=face', person);
    expect(same.image).toEqual(image);
  });

  it('predicts the same sizes as any other gravity, and centres if nothing is cropped', () => {
    for (const fit of ['contain', 'cover', 'crop', 'aspect-crop', 'pad', 'squeeze']) {
      const auto = layoutOf(`w=33,h=90,fit=${fit},gravity=auto`, 61, 43);
      expect(auto).toEqual(layoutOf(`w=33,h=90,fit=${fit}`, 61, 43));
    }
  });
});

describe('resampling', () => {
  it('does not change a picture of the asked size', async () => {
    const picture = paint({ width: 9, height: 7 }, (x, y) => [x * 28, y * 36, (x * y) % 256]);
    expect((await run('w=9', picture)).image).toBe(picture);
  });

  it('keeps a constant picture, whatever the scale', async () => {
    for (const options of ['w=7', 'w=31', 'w=400,h=300,fit=squeeze', 'w=64,h=13,fit=cover']) {
      const { image } = await run(options, flat(64, 48));
      for (let i = 0; i < image.data.length; i += 4)
        expect([...image.data.subarray(i, i + 4)]).toEqual([90, 140, 40, 255]);
    }
  });

  it('averages in linear light: a fine black and white grid becomes the grey of equal brightness', async () => {
    const grid = paint({ width: 256, height: 256 }, (x, y) => Array(3).fill((x + y) % 2 ? 255 : 0));
    const { image } = await run('w=32', grid);
    expect(Math.abs((pixelAt(image, 16, 16)[0] as number) - byteOfLinear(0.5))).toBeLessThanOrEqual(
      1,
    );
  });

  it('leaves no alias of a zone plate: beyond the new Nyquist frequency only flat grey', async () => {
    const size = 256;
    const plate = paint({ width: size, height: size }, (x, y) => {
      const r2 = (x - size / 2) ** 2 + (y - size / 2) ** 2;
      return Array(3).fill(Math.round(255 * (0.5 + 0.5 * Math.cos((Math.PI * r2) / size))));
    });
    for (const target of [64, 48]) {
      const { image } = await run(`w=${target}`, plate);
      // The plate's frequency at radius r is r / size cycles a pixel; the result holds target / (2 size).
      let [sum, squares, n] = [0, 0, 0];
      for (let y = 0; y < target; y++) {
        for (let x = 0; x < target; x++) {
          const r = Math.hypot(x + 0.5 - target / 2, y + 0.5 - target / 2) / target;
          if (r < 0.3 || r > 0.48) continue;
          const v = srgbToLinear((pixelAt(image, x, y)[0] as number) / 255);
          sum += v;
          squares += v * v;
          n++;
        }
      }
      const deviation = Math.sqrt(squares / n - (sum / n) ** 2);
      expect(deviation).toBeLessThan(0.02);
    }
  });

  it('keeps the mean brightness and position of a dot', async () => {
    const dot = paint({ width: 96, height: 96 }, (x, y) =>
      Array(3).fill(x >= 30 && x < 42 && y >= 60 && y < 72 ? 255 : 0),
    );
    const { image } = await run('w=16', dot);
    expect(pixelAt(image, 5, 10)[0]).toBeGreaterThan(200);
    let [mass, mx, my] = [0, 0, 0];
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        const v = srgbToLinear((pixelAt(image, x, y)[0] as number) / 255);
        mass += v;
        mx += v * (x + 0.5);
        my += v * (y + 0.5);
      }
    }
    expect(mx / mass).toBeCloseTo(36 / 6, 1);
    expect(my / mass).toBeCloseTo(66 / 6, 1);
  });

  it('does not let invisible pixels bleed into visible ones', async () => {
    const edge = paint({ width: 64, height: 64 }, (x) =>
      x < 32 ? [255, 0, 0, 255] : [0, 255, 0, 0],
    );
    const { image } = await run('w=16', edge);
    for (let x = 0; x < 16; x++) {
      const [r, g, , a] = pixelAt(image, x, 8);
      if ((a as number) > 8) expect([r, g]).toEqual([255, 0]);
    }
    expect(pixelAt(image, 15, 8)[3]).toBe(0);
  });
});

describe('backgrounds', () => {
  it('pads with white by default', async () => {
    const { image } = await run('w=20,h=20,fit=pad', flat(20, 10));
    expect(pixelAt(image, 0, 0)).toEqual([255, 255, 255, 255]);
    expect(pixelAt(image, 10, 10)).toEqual([90, 140, 40, 255]);
  });

  it('pads with the given colour, which may be transparent', async () => {
    const red = await run('w=20,h=20,fit=pad,background=f00', flat(20, 10));
    const clear = await run('w=20,h=20,fit=pad,background=00000000', flat(20, 10));
    expect(pixelAt(red.image, 0, 0)).toEqual([255, 0, 0, 255]);
    expect(pixelAt(clear.image, 0, 0)[3]).toBe(0);
    expect(pixelAt(clear.image, 10, 10)).toEqual([90, 140, 40, 255]);
  });

  it('lies under transparent parts, mixed in linear light', async () => {
    const half = paint({ width: 4, height: 4 }, () => [0, 0, 0, 128]);
    const { image } = await run('background=ffffff', half);
    expect(pixelAt(image, 1, 1)).toEqual([...Array(3).fill(byteOfLinear(1 - 128 / 255)), 255]);
  });

  it('changes nothing on an opaque picture of the same size', async () => {
    const picture = flat(5, 5);
    expect(maxDifference((await run('background=123456', picture)).image, picture)).toBe(0);
  });
});
