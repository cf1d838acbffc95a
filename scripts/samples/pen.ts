// Paper and pen of the ink drawing: tapering strokes of a slightly unsteady hand, and masks that hide what lies behind.
import { clamp, ramp } from './curve.ts';
import { noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import type { Size } from './scene.ts';

/** Edge of the drawing in the unit that points and pen widths are given in. */
export const sheet = 768;

/** Samples per pixel and direction: more in small pictures, whose lines are thin. */
const samplesFor = (edge: number): number => clamp(Math.round((2 * sheet) / edge), 2, 32);

export type Pen = {
  /** Full width of the line, in units of the sheet. */
  width: number;
  /** Share of the stroke, 0…0.5, over which each end thins out. */
  taper?: number;
  /** How far the hand strays, in units of the sheet. */
  wobble?: number;
};

export type Paper = {
  /** Draws a line; `press` gives the pressure, about 0…1, at each point. */
  stroke(points: readonly Point[], pen: Pen, press?: (i: number) => number): void;
  /** Makes the inside of a polygon white again. */
  clear(corners: readonly Point[]): void;
  /** Makes the inside of a polygon black. */
  fill(corners: readonly Point[]): void;
  /** Ink of a pixel, 0…1. */
  inkAt(x: number, y: number): number;
};

/** White paper for a picture of the given size. */
export function createPaper({ width, height }: Size): Paper {
  const fine = samplesFor(Math.min(width, height));
  const [w, h] = [width * fine, height * fine];
  const scale = Math.min(w, h) / sheet;
  const ink = new Float32Array(w * h);
  let count = 0;

  const segment = (a: Point, b: Point, ra: number, rb: number): void => {
    const reach = Math.max(ra, rb) + 1;
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const squared = dx * dx + dy * dy || 1;
    const right = Math.min(w - 1, Math.ceil(Math.max(a[0], b[0]) + reach));
    const bottom = Math.min(h - 1, Math.ceil(Math.max(a[1], b[1]) + reach));
    for (let y = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach)); y <= bottom; y++) {
      for (let x = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach)); x <= right; x++) {
        const t = clamp(((x - a[0]) * dx + (y - a[1]) * dy) / squared);
        const away = Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
        const r = ra + (rb - ra) * t;
        // A line thinner than a sample is fainter, not broken.
        const cover = clamp(r - away + 0.5) * Math.min(1, 2 * r);
        const at = y * w + x;
        if (cover > (ink[at] as number)) ink[at] = cover;
      }
    }
  };

  const polygon = (corners: readonly Point[], value: number): void => {
    const placed = corners.map(([x, y]): Point => [x * scale, y * scale]);
    const top = Math.max(0, Math.ceil(Math.min(...placed.map(([, y]) => y))));
    const bottom = Math.min(h - 1, Math.floor(Math.max(...placed.map(([, y]) => y))));
    for (let y = top; y <= bottom; y++) {
      const crossings: number[] = [];
      placed.forEach(([bx, by], i) => {
        const [ax, ay] = placed.at(i - 1) as Point;
        if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      });
      crossings.sort((p, q) => p - q);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(0, Math.ceil(crossings[i] as number));
        const to = Math.min(w, Math.floor(crossings[i + 1] as number) + 1);
        if (from < to) ink.fill(value, y * w + from, y * w + to);
      }
    }
  };

  return {
    stroke(points, { width: pen, taper = 0.15, wobble = 0.35 }, press = () => 1) {
      const seed = ++count;
      const last = points.length - 1;
      const radius = (i: number): number => {
        const end = Math.min(i, last - i) / Math.max(1, last);
        const thin = taper > 0 ? 0.25 + 0.75 * ramp(0, taper, end) : 1;
        return 0.5 * pen * scale * thin * Math.max(0, press(i));
      };
      const stray = (x: number, y: number, axis: number): number =>
        (noise2(x / 38 + 31 * axis, y / 38, seed) - 0.5) * 2 * wobble;
      const at = points.map(
        ([x, y]): Point => [(x + stray(x, y, 0)) * scale, (y + stray(x, y, 1)) * scale],
      );
      for (let i = 0; i < last; i++) {
        segment(at[i] as Point, at[i + 1] as Point, radius(i), radius(i + 1));
      }
    },
    clear: (corners) => polygon(corners, 0),
    fill: (corners) => polygon(corners, 1),
    inkAt(x, y) {
      let sum = 0;
      for (let j = 0; j < fine; j++) {
        for (let i = 0; i < fine; i++) sum += ink[(y * fine + j) * w + x * fine + i] as number;
      }
      return sum / (fine * fine);
    },
  };
}
