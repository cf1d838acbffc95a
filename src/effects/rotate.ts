// Cloudflare's `rotate`: quarter turns, clockwise.
import * as z from 'zod';
import { type Move, moved } from '../image.ts';
import { fromImage, imageOf } from '../tensor/picture.ts';
import { defineEffect } from './effect.ts';

const moves: Record<90 | 180 | 270, Move> = {
  90: 'quarter-turn',
  180: 'half-turn',
  270: 'three-quarter-turn',
};

export const rotate = defineEffect({
  name: 'rotate',
  segment: 'options',
  summary: 'Turn clockwise by quarter turns, pixel for pixel, before resizing.',
  examples: [{ plan: 'w=240,rotate=90', source: 'bust.jpg' }],
  params: {
    rotate: z
      .literal([90, 180, 270])
      .describe('Angle, clockwise; width and height of the result are those after turning.')
      .meta({ unit: 'degrees' }),
  },
  size: ({ width, height }, { rotate: angle }) =>
    angle === 180 ? { width, height } : { width: height, height: width },
  cost: ({ width, height }) => ({ ops: 6 * width * height, bytes: 8 * width * height }),
  run: ({ picture, params }) => ({
    picture: fromImage(moved(imageOf(picture), moves[params.rotate])),
  }),
});
