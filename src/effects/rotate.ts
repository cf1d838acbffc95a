// Cloudflare's `rotate`: quarter turns, clockwise.
import * as z from 'zod';
import { type Move, moved } from '../image.ts';
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
  spellings: { rotate: { 0: undefined } },
  trials: {
    calibration: [{ options: ['rotate=90', 'rotate=180'] }],
    gallery: { rotate: { values: ['90', '180', '270'] } },
  },
  size: ({ width, height }, { rotate: angle }) =>
    angle === 180 ? { width, height } : { width: height, height: width },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  leavesPalette: (_, before) => before,
  decode: { move: ({ rotate: angle }) => moves[angle] },
  run: async ({ picture, params, pace }) => ({
    picture: await moved(picture, moves[params.rotate], pace),
  }),
});
