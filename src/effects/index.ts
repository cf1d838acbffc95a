// The list of effects; adding one is one file and one line here. Options of one segment work in this order, which is Cloudflare's.
import { blur } from './blur.ts';
import { brightness } from './brightness.ts';
import { contrast } from './contrast.ts';
import { edges } from './edges.ts';
import type { Effect } from './effect.ts';
import { flip } from './flip.ts';
import { gamma } from './gamma.ts';
import { hybrid } from './hybrid.ts';
import { pixelate } from './pixelate.ts';
import { resize } from './resize.ts';
import { rotate } from './rotate.ts';
import { saturation } from './saturation.ts';
import { sharpen } from './sharpen.ts';
import { style } from './style.ts';
import { trim } from './trim.ts';

export const effects: readonly Effect[] = [
  trim,
  flip,
  rotate,
  resize,
  brightness,
  contrast,
  gamma,
  saturation,
  blur,
  sharpen,
  pixelate,
  hybrid,
  edges,
  style,
];
