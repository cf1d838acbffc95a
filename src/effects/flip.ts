// Cloudflare's `flip`: mirrors the picture, before `rotate`.
import * as z from 'zod';
import { type Move, moved } from '../image.ts';
import { defineEffect } from './effect.ts';

const moves: Record<'h' | 'v' | 'hv', Move> = { h: 'mirror', v: 'flip', hv: 'half-turn' };

export const flip = defineEffect({
  name: 'flip',
  segment: 'options',
  summary: 'Mirror, pixel for pixel, before turning.',
  examples: [{ plan: 'w=320,flip=h', source: 'landscape.jpg' }],
  params: {
    flip: z
      .enum(['h', 'v', 'hv'])
      .describe('h: left and right change places; v: top and bottom; hv: both.'),
  },
  trials: {
    calibration: [
      { options: ['flip=h', 'flip=v'] },
      { options: ['flip=h'], sizes: [{ width: 2048, height: 1536 }] },
    ],
  },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  leavesPalette: (_, before) => before,
  decode: { move: ({ flip: way }) => moves[way] },
  run: async ({ picture, params, pace }) => ({
    picture: await moved(picture, moves[params.flip], pace),
  }),
});
