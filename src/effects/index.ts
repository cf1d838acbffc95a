// The list of effects; adding one is one file and one line here. Options of one segment are applied in this order, Cloudflare's.
import { blur } from './blur.ts';
import { border } from './border.ts';
import { brightness } from './colour/brightness.ts';
import { contrast } from './colour/contrast.ts';
import { duotone } from './colour/duotone.ts';
import { gamma } from './colour/gamma.ts';
import { grayscale } from './colour/grayscale.ts';
import { saturation } from './colour/saturation.ts';
import { sepia } from './colour/sepia.ts';
import { edges } from './edges.ts';
import type { Effect } from './effect.ts';
import { flip } from './flip.ts';
import { hybrid } from './hybrid/effect.ts';
import { pixelart } from './pixelart/effect.ts';
import { pixelate } from './pixelate/effect.ts';
import { resize } from './resize/effect.ts';
import { rotate } from './rotate.ts';
import { sharpen } from './sharpen.ts';
import { style } from './style/effect.ts';
import { trim } from './trim/effect.ts';
import { vignette } from './vignette.ts';

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
  border,
  grayscale,
  sepia,
  duotone,
  vignette,
  pixelate,
  pixelart,
  hybrid,
  edges,
  style,
];
