// The list of effects; adding one is one file and one line here. Options of one segment work in this order.
import type { Effect } from './effect.ts';
import { hybrid } from './hybrid.ts';
import { pixelate } from './pixelate.ts';
import { resize } from './resize.ts';

export const effects: readonly Effect[] = [resize, pixelate, hybrid];
