import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import {
  type Image,
  type Move,
  moved,
  movedShrunk,
  type Shrunk,
  shrunkBy,
  unshrunk,
} from '../../../src/image.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { noPace } from '../../../src/timing.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { averaged, meanDifference, shifted } from '../../helpers/files/shrunk-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

async function resized(options: string, image: Image, shrunk: Shrunk): Promise<Image> {
  const { effect, params } = parsePlan([options], effects).steps[0]!;
  const result = await effect.run({
    picture: image,
    shrunk,
    inputs: {},
    params,
    reports: false,
    kernels,
    pace: noPace,
    vectors: {},
    model: () => Promise.reject(new Error('no model is needed')),
  });
  return result.picture;
}

/** Soft detail of all sizes, without symmetry; the busiest part is off the middle. */
const scene = (width: number, height: number): Image =>
  paint({ width, height }, (x, y) => {
    const near = Math.exp(-(((x - 0.3 * width) / 60) ** 2) - ((y - 0.4 * height) / 50) ** 2);
    const fine = Math.sin(x / 7) * Math.cos(y / 9) * near;
    return [
      110 + 50 * Math.sin(x / 31 + y / 83) + 80 * fine,
      130 + 60 * Math.cos(x / 47 - y / 29) + 60 * fine,
      (90 + x / 5 + y / 7) % 230,
    ];
  });

const moves: (Move | undefined)[] = [
  undefined,
  'mirror',
  'flip',
  'half-turn',
  'quarter-turn',
  'three-quarter-turn',
  'transpose',
  'transverse',
];
const fits = ['scale-down', 'contain', 'cover', 'crop', 'aspect-crop', 'pad', 'squeeze'];
const gravities = ['0.5x0.5', '0.2x0.9', 'right', 'auto'];
// No side is a multiple of a factor.
const full = scene(411, 307);

/** Mean difference of the results from the shrunk and the full picture, and of the latter to itself shifted by one pixel. */
async function compared(options: string, factor: number, move: Move | undefined) {
  const whole = move ? await moved(full, move, noPace) : full;
  const small = averaged(full, factor);
  const turned = move ? await moved(small, move, noPace) : small;
  const shown = shrunkBy({ width: full.width, height: full.height }, factor);
  const got = await resized(options, turned, move ? movedShrunk(shown, move) : shown);
  const wanted = await resized(options, whole, unshrunk(whole));
  return {
    off: meanDifference(got, wanted),
    pixel: Math.min(
      meanDifference(shifted(wanted, 'x'), wanted),
      meanDifference(shifted(wanted, 'y'), wanted),
    ),
  };
}

describe('resizing a picture that the decoder has shrunk', () => {
  it.each([2, 4, 8])('shows the same as resizing the whole picture, factor %i', async (factor) => {
    // Two pixels are left for each pixel shown, as in a plan.
    const edge = Math.floor(200 / factor);
    for (const fit of fits) {
      const options = `w=${edge},h=${Math.round(0.6 * edge)},fit=${fit}`;
      const { off, pixel } = await compared(options, factor, undefined);
      expect(off, options).toBeLessThan(0.1 * pixel);
    }
  });

  it.each(gravities)('keeps the same part with gravity=%s', async (gravity) => {
    for (const fit of ['cover', 'crop', 'aspect-crop', 'pad']) {
      for (const [w, h] of [
        [30, 48],
        [50, 20],
      ]) {
        const options = `w=${w},h=${h},fit=${fit},gravity=${gravity}`;
        const { off, pixel } = await compared(options, 4, undefined);
        // Where a search finds the part depends a little on which pixels have the colour of skin.
        expect(off, options).toBeLessThan((gravity === 'auto' ? 0.2 : 0.12) * pixel);
      }
    }
  });

  it.each(moves)('does not shift after the move %s', async (move) => {
    for (const factor of [2, 4, 8]) {
      const edge = Math.floor(200 / factor);
      for (const rest of ['', ',h=20,fit=cover,gravity=0.1x0.8', ',h=20,fit=squeeze']) {
        const options = `w=${edge}${rest}`;
        const { off, pixel } = await compared(options, factor, move);
        expect(off, `${options} ${factor}`).toBeLessThan(0.12 * pixel);
      }
    }
  });

  it('has the size that the full picture has', async () => {
    const small = averaged(full, 8);
    const shown = shrunkBy({ width: full.width, height: full.height }, 8);
    for (const options of ['w=50', 'h=33', 'w=37,h=37,fit=crop', 'w=400,h=400,fit=pad']) {
      const wanted = await resized(options, full, unshrunk(full));
      const got = await resized(options, small, shown);
      expect([got.width, got.height]).toEqual([wanted.width, wanted.height]);
    }
  });
});
