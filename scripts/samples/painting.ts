// Sample picture: an evening landscape in thick oil paint, thousands of strokes that follow its forms.
import { type Canvas, createCanvas, type Stroke } from './brush.ts';
import { lerp } from './curve.ts';
import { contours, placeAt, poppies } from './evening.ts';
import type { Part } from './evening-place.ts';
import { toByte } from './film.ts';
import { chance, hash } from './noise.ts';
import type { Point } from './outline.ts';
import type { Scene } from './scene.ts';
import { mix, scale, type Vec } from './vector.ts';

const width = 768;
const height = 640;
const primer: Vec = [0.62, 0.47, 0.31];

type Layer = { brush: number; length: number; spacing: number; load: number; seed: number };

const layers: readonly Layer[] = [
  { brush: 23, length: 95, spacing: 15, load: 0.5, seed: 1 },
  { brush: 11.5, length: 52, spacing: 8.2, load: 0.85, seed: 2 },
  { brush: 7, length: 34, spacing: 6.4, load: 1.1, seed: 3 },
];

/** How long and wide strokes are in each part, against the layer's measure. */
const measure: Record<Part, { length: number; brush: number }> = {
  sky: { length: 1, brush: 1 },
  sun: { length: 0.7, brush: 0.9 },
  far: { length: 0.9, brush: 0.8 },
  hill: { length: 0.6, brush: 0.75 },
  house: { length: 0.3, brush: 0.6 },
  field: { length: 0.8, brush: 0.88 },
  tree: { length: 0.75, brush: 0.75 },
  bush: { length: 0.3, brush: 0.7 },
};

/** Path of a brush that starts at a point and follows the motif until it leaves the part. */
function follow(start: Point, length: number, part: Part): Point[] {
  const step = 3;
  const path: Point[] = [start];
  let [x, y] = start;
  for (let gone = 0; gone < length; gone += step) {
    const here = placeAt(x, y);
    if (here.part !== part && gone > step) break;
    x += step * here.way[0];
    y += step * here.way[1];
    path.push([x, y]);
  }
  return path;
}

function strokesOf({ brush, length, spacing, load, seed }: Layer): Stroke[] {
  const starts: { at: Point; key: number }[] = [];
  // Strokes may begin outside, so that the edges are as full as the middle.
  for (let j = Math.floor(-length / spacing); j * spacing < height + length; j++) {
    for (let i = Math.floor(-length / spacing); i * spacing < width + length; i++) {
      const at: Point = [
        (i + chance(i, j, seed)) * spacing,
        (j + chance(i, j, seed + 20)) * spacing,
      ];
      const key = hash(i, j, seed + 40);
      starts.push({ at, key });
    }
  }
  // In no order of place: later strokes overlap earlier ones from all sides.
  starts.sort((p, q) => p.key - q.key);
  return starts.map(({ at, key }) => {
    const here = placeAt(...at);
    const size = measure[here.part];
    const a = chance(key, 1);
    const b = chance(key, 2);
    const light = 1 + 0.14 * (chance(key, 3) - 0.5);
    return {
      path: follow(at, length * size.length * lerp(0.6, 1.2, chance(key, 4)), here.part),
      width: brush * size.brush * lerp(0.75, 1.2, chance(key, 5)),
      colour: scale(here.colour(a, b), light),
      load: load * lerp(0.7, 1.2, chance(key, 6)),
      seed: key % 9973,
    };
  });
}

function paintContours(canvas: Canvas): void {
  contours.forEach((path, n) => {
    canvas.paint({
      path,
      width: (path.length > 2 ? 4 : 2.8) * lerp(0.7, 1.2, chance(n, 1, 71)),
      colour: mix([0.09, 0.14, 0.34], [0.2, 0.32, 0.55], chance(n, 2, 71)),
      load: 0.9,
      seed: 100 + n,
    });
  });
}

function paintPoppies(canvas: Canvas): void {
  poppies.forEach(({ at: [x, y], size, colour }, i) => {
    for (let k = 0; k < 3; k++) {
      const turn = 2 * Math.PI * chance(i, k, 61);
      const [dx, dy] = [0.45 * size * Math.cos(turn), 0.35 * size * Math.sin(turn)];
      canvas.paint({
        path: [
          [x - dx, y - dy],
          [x, y],
          [x + dx, y + dy],
        ],
        width: size * 0.75,
        colour: scale(colour, 0.85 + 0.25 * k),
        load: 1.4,
        seed: 9 * i + k,
      });
    }
  });
}

export const painting: Scene = {
  name: 'painting',
  width,
  height,
  format: 'jpeg',
  prepare: (size) => {
    const canvas = createCanvas(size, (x, y) => mix(primer, placeAt(x, y).colour(0.5, 0.5), 0.35));
    for (const layer of layers) for (const stroke of strokesOf(layer)) canvas.paint(stroke);
    paintContours(canvas);
    paintPoppies(canvas);
    return (y, row) => {
      for (let x = 0; x < size.width; x++) {
        canvas.lit(x, y).forEach((value, i) => {
          row[4 * x + i] = toByte(value, x, y);
        });
        row[4 * x + 3] = 255;
      }
    };
  },
};
