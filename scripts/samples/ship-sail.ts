// A sail of the drawn ship: shaded by its belly, with seams and reef points.
import { ramp } from './curve.ts';
import { border, hatch, type Patch, shade, trace } from './hatching.ts';
import type { Paper } from './pen.ts';
import { afloat } from './ship-lines.ts';
import { add, mix, type Vec } from './vector.ts';

/** Three- or four-cornered sail set along the ship, bellied to starboard. */
export const staySail =
  (tack: Vec, head: Vec, peak: Vec, clew: Vec, belly: number): Patch =>
  (u, v) => {
    const place = mix(mix(head, peak, u), mix(tack, clew, u), v);
    const swell = belly * Math.sin(Math.PI * u) ** 0.8 * Math.sin(Math.PI * (0.12 + 0.8 * v));
    return afloat(add(place, [0.25 * swell, -0.12 * Math.sin(Math.PI * u) * v ** 4, swell]));
  };

/** Draws a sail; `shadow` darkens its head, `soft` its edges. */
export function drawSail(paper: Paper, sail: Patch, seed: number, shadow: number, soft = 0): void {
  const edge = border(sail);
  paper.clear(edge);
  const tone = (u: number, v: number): number =>
    shade(sail, u, v) * 1.05 +
    shadow * ramp(0.2, 0.02, v) +
    0.16 * ramp(0.12, 0, u) +
    0.2 * ramp(0.55, 1, v) +
    soft * (0.1 + 0.45 * ramp(0.5, 1, u) + 0.2 * ramp(0.25, 0, u));
  hatch(paper, sail, { lines: 42, along: 'v', tone, pen: { width: 1.35, wobble: 0.25 }, seed });
  hatch(paper, sail, {
    lines: 26,
    along: 'u',
    tone: (u, v) => tone(u, v) - 0.24,
    pen: { width: 1.15, wobble: 0.25 },
    seed: seed + 50,
  });
  // Seams of the cloth, and the reef band.
  for (let k = 1; k < 7; k++) {
    paper.stroke(
      trace((t) => sail(k / 7, 0.02 + 0.96 * t)),
      { width: 0.55, taper: 0.3 },
    );
  }
  paper.stroke(
    trace((t) => sail(t, 0.24)),
    { width: 0.6, taper: 0.05 },
  );
  for (let k = 1; k < 14; k++) {
    paper.stroke(
      trace((t) => sail(k / 14, 0.24 + 0.07 * t), 4),
      { width: 0.7 },
    );
  }
  paper.stroke(edge, { width: 1.9, taper: 0 }, (i) => (i > 18 && i < 66 ? 1.15 : 0.75));
}
