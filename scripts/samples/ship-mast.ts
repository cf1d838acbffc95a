// Masts of the drawn ship, with their yards, square sails, pennants and shrouds.
import { type Patch, trace } from './hatching.ts';
import type { Point } from './outline.ts';
import type { Paper } from './pen.ts';
import { afloat, beam, line, sheer, spar } from './ship-lines.ts';
import { drawSail } from './ship-sail.ts';
import { add, along, mix, scale, type Vec } from './vector.ts';

const brace = -0.47;
const yardAxis: Vec = [Math.sin(brace), 0, Math.cos(brace)];
const sailAhead: Vec = [Math.cos(brace), 0, -Math.sin(brace)];

/** Place `x` along the ship, height, and the yards from the lowest up: height and half length. */
export type Mast = { x: number; top: number; yards: readonly { y: number; half: number }[] };

export const mizzen: Mast = {
  x: -3.35,
  top: 8.3,
  yards: [
    { y: 3.9, half: 1.35 },
    { y: 5.7, half: 1.1 },
    { y: 7.15, half: 0.8 },
  ],
};
export const main: Mast = {
  x: -0.35,
  top: 10.9,
  yards: [
    { y: 1.75, half: 2.15 },
    { y: 4.3, half: 2.1 },
    { y: 6.7, half: 1.7 },
    { y: 8.5, half: 1.25 },
    { y: 9.75, half: 0.85 },
  ],
};
export const fore: Mast = {
  x: 2.75,
  top: 10.1,
  yards: [
    { y: 1.95, half: 2.0 },
    { y: 4.15, half: 1.95 },
    { y: 6.3, half: 1.55 },
    { y: 7.95, half: 1.15 },
    { y: 9.1, half: 0.8 },
  ],
};

/** Place on yard `n`, from its far end (−1) to its near one (1). */
export const onYard = ({ x, yards }: Mast, n: number, u: number): Vec => {
  const { y, half } = yards[n] as { y: number; half: number };
  return add([x, y, 0], add(scale(yardAxis, u * half), scale(sailAhead, 0.16)));
};

/** Square sail between yards `n` (foot) and `n + 1` (head), full of wind. */
const squareSail =
  (mast: Mast, n: number): Patch =>
  (u, v) => {
    const across = 2 * u - 1;
    const place = mix(onYard(mast, n + 1, across * 0.95), onYard(mast, n, across * 0.97), v);
    const { half } = mast.yards[n] as { half: number };
    const belly = 0.52 * half * (1 - across * across) ** 0.75 * Math.sin(Math.PI * v ** 0.8 * 0.88);
    const roach = 0.34 * (1 - across * across) * v ** 5;
    // The leeches are cut hollow.
    const hollow = -0.1 * half * across * Math.sin(Math.PI * v);
    return afloat(add(along(along(place, sailAhead, belly), yardAxis, hollow), [0, roach, 0]));
  };

/** Place at a share of the height of a mast. */
export const truck = ({ x, top }: Mast, part: number): Vec => [x, top * part, 0];

/** Draws a mast and all that it carries. */
export function drawMast(paper: Paper, mast: Mast, seed: number): void {
  const { x, top, yards } = mast;
  const steps: [number, number, number, number][] = [
    [0.6, top * 0.47, 6, 5],
    [top * 0.43, top * 0.76, 4.2, 3.4],
    [top * 0.72, top, 2.8, 1.4],
  ];
  for (const [from, to, thick, thin] of steps) {
    spar(paper, [x, from, 0], [x, to, 0], thick, thin);
  }
  drawShrouds(paper, mast, 1);
  yards.forEach((_, n) => {
    if (n > 0) spar(paper, onYard(mast, n, -1.06), onYard(mast, n, 1.06), 2.4, 2.0);
  });
  for (let n = yards.length - 2; n >= (mast === mizzen ? 1 : 0); n--) {
    drawSail(paper, squareSail(mast, n), seed + n, n < yards.length - 2 ? 0.35 : 0.12);
  }
  yards.forEach((_, n) => {
    if (n > (mast === mizzen ? 1 : 0)) {
      spar(paper, onYard(mast, n, -1.08), onYard(mast, n, 1.08), 3.1, 2.4);
    }
  });
  // A long pennant at the truck.
  const tip = (t: number, drop: number): Vec =>
    afloat([
      x + 0.05 + 1.5 * t,
      top + 0.02 - drop * (1 - t) - 0.1 * Math.sin(5 * t),
      0.5 * t + 0.12 * Math.sin(6 * t),
    ]);
  const flag = [...trace((t) => tip(t, 0)), ...trace((t) => tip(1 - t, 0.26))];
  paper.clear(flag);
  paper.stroke([...flag, flag[0] as Point], { width: 1.3, taper: 0 });
  paper.stroke(
    trace((t) => tip(t, 0.13)),
    { width: 1.6 },
  );
}

/** Ropes from the sides to the mast with ladders across them. */
export function drawShrouds(paper: Paper, { x, top }: Mast, side: 1 | -1): void {
  const s = (x + 5.1) / 10;
  const foot = (k: number): Vec => [x - 0.75 + 0.3 * k, sheer(s), side * beam(s) * 0.97];
  const head: Vec = [x - 0.05, top * 0.45, side * 0.12];
  for (let k = 0; k < 5; k++) {
    paper.stroke(trace(line(foot(k), head), 12), { width: 0.95, taper: 0, wobble: 0.1 });
  }
  for (let r = 1; r < 17; r++) {
    const t = (r / 18) ** 1.05;
    paper.stroke(trace(line(mix(foot(0), head, t), mix(foot(4), head, t)), 4), {
      width: 0.6,
      taper: 0,
      wobble: 0.1,
    });
  }
}
