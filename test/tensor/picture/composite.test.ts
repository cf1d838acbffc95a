import { describe, expect, it } from 'vitest';
import { byteOfLinear } from '../../../src/tensor/colour/colour.ts';
import { canvasTarget, filledCanvas, parseColour } from '../../../src/tensor/picture/composite.ts';
import { imageSource } from '../../../src/tensor/resample/light-rows.ts';
import { scaleRows } from '../../../src/tensor/resample/scale.ts';
import { noPace } from '../../../src/timing.ts';
import { differenceOf, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { lightOfImage, scaledByLoops } from '../../oracles/resample-loops.ts';

describe('a picture on a canvas', () => {
  it.each([
    ['ffe8c7', 'transparent'],
    ['33669980', 'transparent'],
    ['00000000', 'transparent'],
    ['336699', 'smooth'],
    ['33669980', 'noise'],
  ] as const)('of the colour %s lies over it in linear light: %s', async (hex, kind) => {
    const image = hardPicture(kind, { width: 60, height: 50 });
    const background = parseColour(hex);
    const canvas = filledCanvas({ width: 40, height: 30 }, background);
    const wanted = filledCanvas(canvas, background);
    const size = { width: 30, height: 25 };
    const source = imageSource(image);
    const offset = { x: 7, y: 3 };
    const target = canvasTarget(canvas, source.channels, { offset, background });
    await scaleRows(source, target, size, { kernels, pace: noPace });

    const light = scaledByLoops(lightOfImage(image), size);
    const behind = [background.r, background.g, background.b, background.a];
    for (let y = 0, j = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++, j += light.channels) {
        const own = [0, 1, 2, 3].map((c) => (c < light.channels ? light.data[j + c]! : 1));
        const over = own.map((v, c) => v + (1 - own[3]!) * behind[c]!);
        const i = 4 * ((y + offset.y) * canvas.width + x + offset.x);
        const alpha = Math.max(0, over[3]!);
        for (let c = 0; c < 3; c++) {
          wanted.data[i + c] = alpha > 0 ? byteOfLinear(over[c]! / over[3]!) : 0;
        }
        wanted.data[i + 3] = 255 * alpha;
      }
    }
    const { most, share } = differenceOf(canvas, wanted);
    expect(most).toBeLessThanOrEqual(1);
    expect(share).toBeLessThan(0.005);
  });
});
