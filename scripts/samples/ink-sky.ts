// Sky of the ink drawing: level lines, clouds, gulls.
import { lerp, ramp } from './curve.ts';
import { horizon } from './hatching.ts';
import { chance, fractal2 } from './noise.ts';
import type { Point } from './outline.ts';
import { type Paper, sheet } from './pen.ts';

type Puff = readonly [x: number, y: number, r: number];

const clouds: readonly (readonly Puff[])[] = [
  [
    [64, 372, 30],
    [104, 344, 40],
    [150, 350, 34],
    [30, 392, 24],
    [190, 376, 26],
  ],
  [
    [560, 150, 34],
    [610, 118, 48],
    [668, 130, 42],
    [712, 158, 30],
    [520, 172, 22],
  ],
  [
    [640, 430, 28],
    [682, 410, 35],
    [722, 428, 28],
    [606, 446, 19],
  ],
  [
    [70, 118, 26],
    [112, 92, 38],
    [164, 104, 32],
    [204, 126, 20],
    [36, 134, 18],
  ],
];

/** Clouds of round heads, hatched below, over long level lines. */
export function drawSky(paper: Paper): void {
  for (let k = 0; k < 74; k++) {
    const y = 40 + 6.9 * k + 2 * (chance(k, 1, 30) - 0.5);
    let run: Point[] = [];
    const lift = (): void => {
      if (run.length > 9) paper.stroke(run, { width: 0.85, taper: 0.35, wobble: 0.5 });
      run = [];
    };
    for (let x = 14; x <= sheet - 14; x += 4) {
      const dark = fractal2(x / 150, y / 46, 3, 31) + 0.06 * (chance(k, 2, 30) - 0.5);
      const inside = Math.min(x - 14, sheet - 14 - x) / 60;
      if (dark > 0.53 + 0.1 * ramp(1, 0, inside) && y < horizon - 14) run.push([x, y]);
      else lift();
    }
    lift();
  }
  for (const [n, puffs] of clouds.entries()) drawCloud(paper, puffs, n);
}

function drawCloud(paper: Paper, puffs: readonly Puff[], n: number): void {
  const base = Math.max(...puffs.map(([, y, r]) => y + 0.45 * r));
  const inside = (x: number, y: number, but?: Puff): boolean =>
    y < base &&
    puffs.some(
      (puff) => puff !== but && Math.hypot(x - puff[0], (y - puff[1]) * 1.15) < puff[2] - 0.5,
    );
  for (const [x, y, r] of puffs) {
    paper.clear(
      Array.from({ length: 40 }, (_, i): Point => {
        const a = (i / 40) * 2 * Math.PI;
        return [x + r * Math.cos(a), Math.min(base, y + (r / 1.15) * Math.sin(a))];
      }),
    );
  }
  for (const puff of puffs) {
    const [cx, cy, r] = puff;
    // Scalloped rim: small arcs side by side around each head.
    let run: Point[] = [];
    const lift = (): void => {
      if (run.length > 4)
        paper.stroke(run, { width: 1.7, taper: 0.25 }, (i) => (i % 23 < 20 ? 1 : 0.5));
      run = [];
    };
    for (let i = 0; i <= 130; i++) {
      const a = Math.PI * (0.75 + 1.6 * (i / 130));
      const bump = 1 + 0.05 * Math.abs(Math.sin(a * 4.6 + cx));
      const [x, y] = [cx + r * bump * Math.cos(a), cy + (r / 1.15) * bump * Math.sin(a)];
      if (inside(x, y, puff) || y > base) lift();
      else run.push([x, y]);
    }
    lift();
    // Shade below right, in arcs that follow the head.
    for (let k = 0; k < 9; k++) {
      const ring = r * (0.93 - 0.085 * k);
      const from = 0.05 * k + 0.12 * chance(k, n, 33);
      const arc = Array.from({ length: 20 }, (_, j): Point => {
        const a = Math.PI * lerp(-0.2 + from, 0.62 - 0.5 * from, j / 19);
        return [cx + ring * Math.cos(a), cy + (ring / 1.15) * Math.sin(a)];
      });
      const shown: Point[] = [];
      for (const place of arc) {
        const [x, y] = place;
        const hidden = puffs.some(
          (other) =>
            other !== puff && Math.hypot(x - other[0], (y - other[1]) * 1.15) < 0.82 * other[2],
        );
        if (hidden || y > base - 1) break;
        shown.push(place);
      }
      if (shown.length > 5) paper.stroke(shown, { width: 0.95, taper: 0.4 });
    }
  }
  // Level strokes close the cloud below.
  const [left, right] = [
    Math.min(...puffs.map(([x, , r]) => x - r)),
    Math.max(...puffs.map(([x, , r]) => x + r)),
  ];
  for (let k = 0; k < 9; k++) {
    const y = base - 6 + 2.6 * k;
    const from = lerp(left, right, 0.05 + 0.4 * chance(k, n, 34));
    const to = lerp(from, right, 0.35 + 0.6 * chance(k, n, 35));
    const level = Array.from({ length: 14 }, (_, j): Point => [lerp(from, to, j / 13), y]);
    paper.stroke(level, { width: 1, taper: 0.4, wobble: 0.8 });
  }
}

/** A few gulls. */
export function drawGulls(paper: Paper): void {
  const gulls = [
    [118, 236, 17],
    [166, 262, 11],
    [86, 284, 9],
    [650, 262, 13],
    [694, 236, 8],
  ] as const;
  for (const [x, y, r] of gulls) {
    for (const side of [-1, 1] as const) {
      const wing = Array.from({ length: 14 }, (_, i): Point => {
        const t = i / 13;
        return [x + side * r * 1.5 * t, y - r * (0.75 * Math.sin(Math.PI * 0.62 * t) - 0.25 * t)];
      });
      paper.stroke(wing, { width: r / 5.5, taper: 0.5 }, (i) => 1.3 - i / 14);
    }
  }
}
