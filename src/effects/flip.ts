// Cloudflare's `flip`: mirroring, which happens before `rotate`.
import * as z from 'zod';
import { type Move, moved } from '../image.ts';
import { fromImage, imageOf } from '../tensor/picture.ts';
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
  cost: ({ width, height }) => ({ ops: 4 * width * height, bytes: 8 * width * height }),
  run: ({ picture, params }) => ({
    picture: fromImage(moved(imageOf(picture), moves[params.flip])),
  }),
});
