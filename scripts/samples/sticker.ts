// Sample picture: a die-cut fox sticker with antialiased edges and a soft, half-transparent shadow.
import { clamp, ramp, softMin } from './curve.ts';
import { encodeSrgb, linear } from './film.ts';
import { mirrored, outline, oval, type Shape } from './outline.ts';
import type { Scene } from './scene.ts';
import { mix, scale, type Vec } from './vector.ts';

const ears = mirrored(
  outline([
    [0.1, -0.36],
    [0.33, -0.62],
    [0.6, -0.83],
    [0.66, -0.8],
    [0.72, -0.5],
    [0.7, -0.1],
    [0.4, 0.0],
  ]),
);
const innerEars = mirrored(
  outline([
    [0.27, -0.34],
    [0.42, -0.54],
    [0.58, -0.68],
    [0.61, -0.46],
    [0.58, -0.2],
    [0.4, -0.2],
  ]),
);
const face = mirrored(
  outline([
    [-0.3, -0.4],
    [0, -0.41],
    [0.3, -0.36],
    [0.56, -0.2],
    [0.7, 0.02],
    [0.84, 0.28],
    [0.84, 0.28],
    [0.7, 0.31],
    [0.71, 0.42],
    [0.71, 0.42],
    [0.52, 0.46],
    [0.34, 0.58],
    [0.14, 0.73],
    [0, 0.77],
    [-0.3, 0.6],
  ]),
);
const cheeks = mirrored(
  outline([
    [0.86, 0.3],
    [0.64, 0.12],
    [0.4, 0.09],
    [0.2, 0.2],
    [0.12, 0.4],
    [0.06, 0.5],
    [-0.1, 0.56],
    [-0.2, 0.7],
    [0, 0.86],
    [0.4, 0.8],
    [0.8, 0.6],
  ]),
);
const blaze = mirrored(
  outline([
    [0, -0.37],
    [0.07, -0.38],
    [0.045, -0.22],
    [0, -0.05],
    [0, -0.05],
    [-0.05, -0.2],
  ]),
);
const nose = mirrored(
  outline([
    [0, 0.53],
    [0.09, 0.535],
    [0.105, 0.575],
    [0.05, 0.645],
    [0, 0.66],
    [-0.1, 0.6],
  ]),
);
const eyes = mirrored(oval([0.32, 0.12], [0.078, 0.102]));
const glints = (x: number, y: number): number =>
  Math.min(
    oval([Math.sign(x) * 0.32 - 0.028, 0.08], [0.027, 0.032])(x, y),
    oval([Math.sign(x) * 0.32 + 0.03, 0.155], [0.013, 0.015])(x, y),
  );
const noseGlint = oval([-0.035, 0.556], [0.032, 0.012]);
const sheen = oval([-0.26, -0.2], [0.2, 0.075]);

const orange = linear(0xff8f2e);
const russet = linear(0xd9481a);
const cream = linear(0xfff3e2);
const creamShade = linear(0xeecdb0);
const dark = linear(0x3a1f1d);
const ink = linear(0x1c1316);
const paper = linear(0xffffff);
const blush = linear(0xf27d62);

/** How a padded shape lights up: bright where its rim turns to the upper left, dark to the lower right. */
function padding(shape: Shape, x: number, y: number, width: number): number {
  const depth = -shape(x, y);
  if (depth > width) return 0;
  const e = 0.01;
  const dx = shape(x + e, y) - shape(x - e, y);
  const dy = shape(x, y + e) - shape(x, y - e);
  return ((-0.6 * dx - 0.8 * dy) / (2 * e)) * (1 - clamp(depth / width)) ** 2;
}

function lit(colour: Vec, amount: number): Vec {
  return amount > 0 ? mix(colour, paper, 0.55 * amount) : scale(colour, 1 + 0.5 * amount);
}

function fox(x: number, y: number, soft: number): Vec {
  const over = (base: Vec, top: Vec, shape: Shape, strength = 1): Vec =>
    mix(base, top, strength * ramp(soft, -soft, shape(x, y)));
  let colour = mix(orange, russet, ramp(-0.7, 0.1, y));
  colour = mix(colour, dark, ramp(-0.55, -0.64, y + 0.25 * (0.6 - Math.abs(x))));
  colour = lit(colour, 0.6 * padding(ears, x, y, 0.08));
  colour = over(colour, mix(dark, blush, ramp(-0.62, -0.2, y)), innerEars, 0.92);
  // The head throws a little shadow on the ears behind it.
  colour = scale(colour, 1 - 0.45 * ramp(0.09, 0, face(x, y - 0.015)));
  let front = mix(orange, russet, ramp(-0.42, 0.55, y + 0.16 * x));
  front = over(front, mix(cream, creamShade, ramp(0.25, 0.78, y + 0.14 * x)), cheeks);
  front = over(front, cream, blaze);
  front = mix(front, blush, 0.5 * ramp(0.13, 0, Math.hypot(Math.abs(x) - 0.55, (y - 0.26) * 1.4)));
  front = lit(front, padding(face, x, y, 0.16));
  front = mix(front, paper, 0.42 * ramp(0.02, -0.05, sheen(x + y * 0.25, y - x * 0.35 - 0.09)));
  front = over(front, mix(ink, dark, ramp(0.05, 0.2, y)), eyes);
  front = over(front, paper, glints);
  front = over(front, mix(dark, ink, ramp(0.53, 0.64, y)), nose);
  front = over(front, paper, noseGlint, 0.75);
  return mix(colour, front, ramp(soft, -soft, face(x, y)));
}

const border = 0.062;
const silhouette = (x: number, y: number): number => softMin(face(x, y), ears(x, y), 0.08);

export const sticker: Scene = {
  name: 'sticker',
  width: 512,
  height: 512,
  format: 'png',
  prepare: ({ width, height }) => {
    const unit = 2.06 / Math.min(width, height);
    // Half a pixel either side of an edge.
    const soft = unit * 0.75;
    return (y, row) => {
      for (let x = 0; x < width; x++) {
        const px = (x + 0.5 - width / 2) * unit;
        const py = (y + 0.5 - height / 2) * unit;
        const edge = silhouette(px, py);
        const solid = ramp(soft, -soft, edge - border);
        const shadow = 0.34 * ramp(0.075, -0.05, silhouette(px - 0.012, py - 0.035) - border);
        const alpha = solid + shadow * (1 - solid);
        const art = edge < soft ? mix(paper, fox(px, py, soft), ramp(soft, -soft, edge)) : paper;
        const colour = mix(linear(0x2a1c28), art, alpha > 0 ? solid / alpha : 0);
        for (let i = 0; i < 3; i++)
          row[4 * x + i] = Math.round(255 * encodeSrgb(colour[i] as number));
        row[4 * x + 3] = Math.round(255 * alpha);
      }
    };
  },
};
