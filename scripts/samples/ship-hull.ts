// Hull of the drawn ship, with its gun ports, cutwater and bowsprit.
import { lerp, ramp } from './curve.ts';
import { border, hatch, type Patch, project, shade, trace } from './hatching.ts';
import type { Point } from './outline.ts';
import type { Paper } from './pen.ts';
import { afloat, beam, sheer, spar } from './ship-lines.ts';
import { add, mix, type Vec } from './vector.ts';

/** Side of the hull: `u` from stern to bow, `v` from the rail to below the water. */
const hullSide =
  (side: 1 | -1): Patch =>
  (u, v) => {
    const y = lerp(sheer(u), -0.5, v);
    const rake = u > 0.5 ? 1.5 * ramp(0.6, 1.05, u) * (1 - v) ** 1.6 : -0.5 * (0.5 - u) * (1 - v);
    const full = 1 - 0.12 * (1 - v) ** 2 - 0.35 * ramp(0.55, 1, v) * (0.4 + ramp(0.6, 1, u));
    return afloat([lerp(-5.1, 4.9, u) + rake, y, side * beam(u) * full]);
  };

/** The near side, from the rail to the water. */
export function drawHull(paper: Paper): void {
  const side = hullSide(1);
  paper.clear(border(side, 40));
  const band = (v: number): boolean => v > 0.27 && v < 0.43;
  const tone = (u: number, v: number): number => {
    const dark = shade(side, u, v);
    if (band(v)) return 0.12 + 0.5 * dark;
    return 0.5 + 0.55 * dark + 0.25 * v + 0.3 * ramp(0.8, 1, u);
  };
  hatch(paper, side, { lines: 64, along: 'u', tone, pen: { width: 1.6, taper: 0.03 }, seed: 7 });
  hatch(paper, side, {
    lines: 90,
    along: 'v',
    tone: (u, v) => (band(v) ? 0 : tone(u, v) - 0.42),
    pen: { width: 1.1 },
    seed: 8,
  });
  for (const v of [0.1, 0.27, 0.43, 0.62]) {
    paper.stroke(
      trace((t) => side(t, v), 60),
      { width: 1.7, taper: 0.02 },
    );
  }
  for (let k = 0; k < 13; k++) {
    const u = 0.1 + 0.062 * k;
    const port: Patch = (a, b) => side(u + 0.022 * a, 0.295 + 0.105 * b);
    paper.fill(border(port, 3));
    const lid: Patch = (a, b) => add(side(u + 0.022 * a, 0.29 - 0.06 * b), [0, 0, 0.14 * b]);
    paper.clear(border(lid, 3));
    paper.stroke(border(lid, 3), { width: 0.9, taper: 0, wobble: 0.1 });
  }
  // Rail, and the cap above it.
  paper.stroke(
    trace((t) => side(t, 0), 60),
    { width: 2.6, taper: 0.01 },
  );
  paper.stroke(
    trace((t) => add(side(t, 0), [0, -0.1, 0]), 60),
    { width: 0.9, taper: 0.01 },
  );
  paper.stroke(
    trace((t) => side(1, t), 20),
    { width: 2.8, taper: 0 },
  );
  paper.stroke(
    trace((t) => side(0, t), 20),
    { width: 2.2, taper: 0 },
  );
}

/** The spar that stands out over the bow; the hull hides its foot. */
export function drawBowsprit(paper: Paper): void {
  const bowsprit = [
    [4.4, 1.5, 0],
    [7.4, 2.95, 0],
    [8.6, 3.5, 0],
  ] as const;
  spar(paper, bowsprit[0], bowsprit[1], 5, 3.4);
  spar(paper, bowsprit[1], bowsprit[2], 2.6, 1.4);
}

/** Cutwater and figurehead. */
export function drawBow(paper: Paper): void {
  const stem = (v: number): Vec => hullSide(1)(1, v);
  // The cutwater: a timber knee that sweeps from the stem up to the figurehead.
  const figurehead: Vec = [7.15, 2.45, 0.02];
  const keel = (t: number): Vec => {
    const foot = stem(0.66);
    return add(mix(foot, afloat(figurehead), t), [
      0.1 * Math.sin(Math.PI * t),
      -0.42 * Math.sin(Math.PI * t),
      0,
    ]);
  };
  const back = (t: number): Vec =>
    add(mix(stem(0.12), afloat(figurehead), t), [0, -0.16 * Math.sin(Math.PI * t), 0]);
  const knee: Patch = (u, v) => mix(back(u), keel(u), v);
  paper.clear(border(knee, 24));
  const rails = { width: 1.5, taper: 0.05 };
  hatch(paper, knee, {
    lines: 13,
    along: 'u',
    tone: (u, v) => 0.5 + 0.5 * v - 0.2 * u,
    pen: rails,
    seed: 9,
  });
  paper.stroke(trace(keel, 30), { width: 2.6, taper: 0.02 });
  paper.stroke(trace(back, 30), { width: 2, taper: 0.02 });
  const scroll = Array.from({ length: 26 }, (_, i): Point => {
    const [x, y] = project(afloat([7.16, 2.5, 0]));
    const r = 7.5 * (1 - i / 30);
    return [x + r * Math.cos(i * 0.42 + 1.6), y + r * Math.sin(i * 0.42 + 1.6)];
  });
  paper.stroke(scroll, { width: 2 });
}
