// Sea of the ink drawing: swell in rows from far to near, and the wave at the bow.
import { clamp, lerp, ramp } from './curve.ts';
import { onSea, project } from './hatching.ts';
import { chance, fractal2, noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import { type Paper, sheet } from './pen.ts';

/** Height of the water at a place of the sea. */
function swell(x: number, z: number): number {
  const long = Math.sin(0.62 * x + 0.35 * z + 1.6 * noise2(x / 5, z / 5, 3));
  const short = noise2(x * 0.9, z * 0.9, 4) + 0.5 * noise2(x * 2.1, z * 2.1, 5) - 0.75;
  return 0.22 * long + 0.38 * short;
}

/** How far the drawing reaches at sheet (`x`, `y`): 0 beyond its loose edge. */
function vignette(x: number, y: number): number {
  const edge = Math.min(x, sheet - x) / 90 + 0.9 * (fractal2(x / 60, y / 34, 3, 8) - 0.5);
  return ramp(0.18, 0.5, edge) * ramp(sheet - 16, sheet - 70, y + 50 * noise2(x / 50, 0, 9));
}

/** Rows of waves whose distance is between `far` and `near`. */
export function drawSea(paper: Paper, far: number, near: number): void {
  const rows = 92;
  const flanks: (() => void)[] = [];
  for (let k = 0; k < rows; k++) {
    const depth = 320 / (1 + 29 * ((k + 0.5) / rows) ** 1.15);
    if (depth > far || depth <= near) continue;
    const points: Point[] = [];
    const steep: number[] = [];
    for (let x = -10; x <= sheet + 10; x += 3) {
      const place = onSea(x, depth);
      const height = swell(place[0], place[2]);
      const next = onSea(x + 3, depth);
      points.push(project([place[0], height, place[2]]));
      steep.push(
        (swell(next[0], next[2]) - height) / Math.hypot(next[0] - place[0], next[2] - place[2]),
      );
    }
    paper.clear([...points, [sheet + 10, sheet + 10], [-10, sheet + 10]]);
    drawRow(paper, points, steep, { k, depth });
    flanks.push(() => drawFlanks(paper, points, steep, { k, depth }));
  }
  // Later rows would hide them again.
  for (const draw of flanks) draw();
}

type Row = { k: number; depth: number };

function drawRow(paper: Paper, points: Point[], steep: number[], { k, depth }: Row): void {
  const nearness = clamp(14 / depth);
  let run: Point[] = [];
  let press: number[] = [];
  const lift = (): void => {
    const pressed = press;
    if (run.length > 3) {
      paper.stroke(
        run,
        { width: lerp(0.8, 2.3, nearness), taper: 0.3 },
        (i) => pressed[i] as number,
      );
    }
    run = [];
    press = [];
  };
  points.forEach(([x, y], i) => {
    const dark =
      clamp(0.5 + 1.6 * (steep[i] as number)) + 0.5 * (noise2(x / 40, k * 1.7, 11) - 0.5);
    if (dark * vignette(x, y) < 0.34) {
      lift();
      return;
    }
    run.push([x, y]);
    press.push(lerp(0.45, 1.2, clamp(dark - 0.2)));
  });
  lift();
}

/** Strokes down the shaded flank of each wave, following its fall. */
function drawFlanks(paper: Paper, points: Point[], steep: number[], { k, depth }: Row): void {
  const nearness = clamp(14 / depth);
  points.forEach(([x, y], i) => {
    const slope = steep[i] as number;
    const dark = clamp(0.12 * nearness + slope * 2.6) * vignette(x, y);
    if (depth > 60 || dark < 0.16 + 0.6 * chance(i, k, 12)) return;
    const length = lerp(5, 26, nearness) * (0.5 + dark) * (0.6 + 0.8 * chance(i, k, 13));
    const fall = Array.from({ length: 7 }, (_, j): Point => {
      const t = j / 6;
      return [x - length * t * 1.1, y + length * (0.2 * t + 0.16 * t * t)];
    });
    paper.stroke(fall, { width: lerp(0.75, 1.2, nearness), taper: 0.45 });
  });
}

/** The wave that the bow throws up, and foam along the side. */
export function drawFoam(paper: Paper): void {
  const [bx, by] = project([5.35, 0, 0.1]);
  const crest = (t: number): Point => [
    bx + 26 - 250 * t,
    by +
      6 +
      26 * t -
      38 * (1 - t) ** 3 * ramp(-0.05, 0.1, t) -
      7 * Math.abs(Math.sin(21 * t ** 0.8)) * (1 - 0.6 * t),
  ];
  const foot = (t: number): Point => [
    bx + 62 - 262 * t,
    by + 26 + 24 * t + 5 * Math.sin(17 * t) + 5 * Math.sin(41 * t),
  ];
  const steps = Array.from({ length: 81 }, (_, i) => i / 80);
  paper.clear([...steps.map(crest), ...steps.map((t) => foot(1 - t))]);
  paper.stroke(
    steps.map(crest),
    { width: 1.8, taper: 0.1 },
    (i) => 0.6 + 0.6 * chance(i >> 2, 1, 21),
  );
  for (let k = 0; k < 90; k++) {
    const t = (k + chance(k, 1, 20)) / 90;
    const [x0, y0] = crest(t);
    const [x1, y1] = foot(t + 0.02 * (chance(k, 2, 20) - 0.5));
    const from = 0.1 + 0.5 * chance(k, 3, 20);
    const to = from + 0.15 + 0.3 * chance(k, 4, 20);
    const fall = Array.from({ length: 9 }, (_, j): Point => {
      const s = lerp(from, to, j / 8);
      return [lerp(x0, x1, s) + 9 * Math.sin(Math.PI * s) * (1 - t), lerp(y0, y1, s ** 1.5)];
    });
    if (chance(k, 5, 20) < 0.75) paper.stroke(fall, { width: 1, taper: 0.45 });
  }
  for (let k = 0; k < 34; k++) {
    const [x, y] = foot((k + 0.5 * chance(k, 6, 20)) / 34);
    const r = lerp(8, 4, k / 34) * (0.6 + 0.7 * chance(k, 7, 20));
    const curl = Array.from({ length: 12 }, (_, j): Point => {
      const a = Math.PI * (-0.1 + 1.2 * (j / 11));
      return [x + r * 1.4 * Math.cos(a), y - 2 + r * 0.6 * Math.sin(a)];
    });
    paper.clear(curl);
    paper.stroke(curl, { width: 1.3, taper: 0.35 });
  }
}
