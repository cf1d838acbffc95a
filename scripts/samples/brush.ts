// Oil paint for the painted sample: bristle strokes that leave colour and relief, and light that rakes over them.
import { clamp, lerp, ramp } from './curve.ts';
import { chance, fractal2, noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import type { Size } from './scene.ts';
import { mix, scale, type Vec } from './vector.ts';

/** Width of the painting in the unit of points and brushes. */
export const canvasWidth = 768;

export type Stroke = {
  /** Where the brush goes, in steps of a few units. */
  path: readonly Point[];
  width: number;
  /** Display colour, each channel 0…1. */
  colour: Vec;
  /** Paint on the brush: height of the relief, about 0…1. */
  load: number;
  seed: number;
};

export type Canvas = {
  paint(stroke: Stroke): void;
  /** Display colour of a pixel under raking light. */
  lit(x: number, y: number): Vec;
};

/** A primed and toned canvas for a picture of the given size. */
export function createCanvas(
  { width, height }: Size,
  ground: (x: number, y: number) => Vec,
): Canvas {
  const unit = width / canvasWidth;
  const colours = new Float32Array(3 * width * height);
  const relief = new Float32Array(width * height);
  const touched = new Int32Array(width * height);
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      colours.set(ground((x + 0.5) / unit, (y + 0.5) / unit), 3 * (y * width + x));
    }
  }

  /** Lays paint on a pixel `along` the stroke (0…1) and `across` it (−1…1), whose ends are round. */
  const lay = (
    at: number,
    { along, across, ends }: { along: number; across: number; ends: number },
    { colour, load, seed, width: w }: Stroke,
  ): void => {
    const hair = noise2(across * w * 0.36, along * 2.2, seed);
    const coarse = noise2(across * 2.4, along * 3.1, seed + 7);
    // Bristles run dry towards the end, and lift off unevenly.
    const dry = ramp(0.45, 1.05, along + 0.5 * (hair - 0.5));
    const start = ramp(0, 0.05, along + 0.06 * (hair - 0.6));
    const cap = clamp(1 - ends);
    const edge = Math.abs(across) / Math.sqrt(1.02 - cap * cap);
    const side = ramp(1, 0.72, edge + 0.22 * (coarse - 0.5));
    const alpha = side * start * clamp(1.15 - dry * (0.35 + 1.1 * (1 - hair))) * 0.96;
    if (alpha <= 0.01) return;
    const streak = 1 + 0.2 * (hair - 0.5) + 0.16 * (coarse - 0.5);
    const ridge = 0.32 * ramp(0.45, 0.85, Math.abs(across)) * ramp(1.05, 0.85, Math.abs(across));
    const body = load * (0.42 + 0.75 * (hair - 0.3) + ridge + 0.25 * ramp(0.12, 0, along));
    const before: Vec = [
      colours[3 * at] as number,
      colours[3 * at + 1] as number,
      colours[3 * at + 2] as number,
    ];
    // Wet in wet: a little of what lies below comes along.
    const paint = mix(scale(colour, streak), before, 0.1 + 0.15 * along);
    colours.set(mix(before, paint, alpha), 3 * at);
    relief[at] = lerp(relief[at] as number, 0.45 * (relief[at] as number) + body, alpha);
  };

  const heightAt = (x: number, y: number): number => {
    const cx = clamp(x, 0, width - 1);
    const cy = clamp(y, 0, height - 1);
    const thin = 1 - clamp(1.6 * (relief[cy * width + cx] as number));
    const weave = Math.sin((cx / unit) * 1.55) * Math.sin((cy / unit) * 1.55);
    return (relief[cy * width + cx] as number) + (0.02 + 0.1 * thin) * weave;
  };

  return {
    paint(stroke) {
      const id = ++count;
      const path = stroke.path.map(([x, y]): Point => [x * unit, y * unit]);
      const half = Math.max(0.5, 0.5 * stroke.width * unit);
      const last = path.length - 1;
      const total = path.reduce((sum, [x, y], i) => {
        const [px, py] = path[Math.max(0, i - 1)] as Point;
        return sum + Math.hypot(x - px, y - py);
      }, 0);
      for (let i = 0; i < last; i++) {
        const [ax, ay] = path[i] as Point;
        const [bx, by] = path[i + 1] as Point;
        const [dx, dy] = [bx - ax, by - ay];
        const length = Math.hypot(dx, dy) || 1;
        const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + half));
        const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + half));
        for (let y = Math.max(0, Math.floor(Math.min(ay, by) - half)); y <= bottom; y++) {
          for (let x = Math.max(0, Math.floor(Math.min(ax, bx) - half)); x <= right; x++) {
            const at = y * width + x;
            if (touched[at] === id) continue;
            const t = ((x - ax) * dx + (y - ay) * dy) / (length * length);
            if (t < -0.15 || t > 1.15) continue;
            const across = ((x - ax) * dy - (y - ay) * dx) / length / half;
            if (Math.abs(across) > 1) continue;
            touched[at] = id;
            const along = clamp((i + t) / last);
            // Half widths to the nearer end.
            const ends = (Math.min(along, 1 - along) * total) / half;
            lay(at, { along, across, ends }, stroke);
          }
        }
      }
    },
    lit(x, y) {
      const [dx, dy] = [
        heightAt(x + 1, y) - heightAt(x - 1, y),
        heightAt(x, y + 1) - heightAt(x, y - 1),
      ];
      // The lamp stands at the upper left.
      const slope = 0.7 * dx + 0.75 * dy;
      const shade = clamp(1 + 0.55 * slope, 0.62, 1.35);
      const gloss = 0.2 * ramp(0.28, 0.8, slope);
      const grain =
        1 + 0.02 * (chance(x, y, 91) - 0.5) + 0.03 * (fractal2(x / 90, y / 90, 2, 92) - 0.5);
      const at = 3 * (y * width + x);
      const colour: Vec = [
        colours[at] as number,
        colours[at + 1] as number,
        colours[at + 2] as number,
      ];
      return mix(scale(colour, shade * grain), [1, 0.98, 0.93], gloss);
    },
  };
}
