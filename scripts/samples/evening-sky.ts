// Sky of the painted sample: a sun and whirls that brush and colours run round.
import { clamp, lerp, ramp } from './curve.ts';
import { azure, glow, hex, night, type Place, pale, pick, rose } from './evening-place.ts';
import { fractal2, noise2 } from './noise.ts';
import type { Point } from './outline.ts';
import { mix, type Vec } from './vector.ts';

const sun: Point = [566, 168];
const sunRadius = 36;

type Whirl = { at: Point; reach: number; spin: number };

const whirls: readonly Whirl[] = [
  { at: [sun[0], sun[1] - 10], reach: 90, spin: 1.2 },
  { at: [322, 190], reach: 92, spin: -1.75 },
  { at: [430, 92], reach: 60, spin: 1.2 },
  { at: [208, 82], reach: 50, spin: 1.1 },
  { at: [700, 60], reach: 58, spin: -1.1 },
  { at: [452, 268], reach: 46, spin: 0.9 },
  { at: [708, 262], reach: 44, spin: 0.8 },
];

/** Stream function of the sky: the brush follows its level lines. */
function stream(x: number, y: number): number {
  let psi = y + 26 * Math.sin(x / 105 + y / 160) + 34 * (fractal2(x / 190, y / 150, 2, 5) - 0.5);
  for (const { at, reach, spin } of whirls) {
    const d2 = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / (reach * reach);
    psi += spin * reach * Math.exp(-0.8 * d2);
  }
  return psi;
}

function skyWay(x: number, y: number): Point {
  const e = 1.5;
  const gx = stream(x + e, y) - stream(x - e, y);
  const gy = stream(x, y + e) - stream(x, y - e);
  const length = Math.hypot(gx, gy) || 1;
  // Close to the sun the strokes run round it.
  const [dx, dy] = [x - sun[0], y - sun[1]];
  const away = Math.hypot(dx, dy) || 1;
  const round = ramp(170, 95, away);
  const way: Point = [lerp(gy / length, -dy / away, round), lerp(-gx / length, dx / away, round)];
  const size = Math.hypot(...way) || 1;
  return [way[0] / size, way[1] / size];
}

function skyColour(x: number, y: number, a: number, b: number): Vec {
  const psi = stream(x, y);
  // Bands of light and dark paint lie along the stream.
  const band = noise2(psi / 13, x / 260, 11) + 0.35 * (noise2(psi / 5, x / 120, 12) - 0.5);
  const height = y + 40 * (noise2(x / 120, 0, 13) - 0.5);
  const low = ramp(268, 378, height);
  let colour = mix(
    pick(night, a),
    pick(azure, a),
    clamp(ramp(20, 300, height) + 0.75 * (band - 0.5)),
  );
  if (band + 0.25 * (b - 0.5) > 0.66) colour = mix(colour, pick(pale, a), 0.85);
  colour = mix(colour, pick(b < 0.3 ? pale : rose, a), low * clamp(0.35 + 1.1 * band));
  const away = Math.hypot(x - sun[0], y - sun[1]);
  const ring = 0.5 + 0.5 * Math.cos((away - sunRadius) / 7.2);
  const halo = ramp(158, 50, away) * (0.3 + 0.7 * ring) + ramp(64, 40, away);
  // Pure colours side by side: mixed, orange and blue would turn to mud.
  if (halo > 0.2 + 0.6 * b) return away < 100 + 30 * (a - 0.5) ? pick(glow, a) : pick(pale, a);
  if (away < 128) return pick(b < 0.6 ? azure : pale, a);
  return colour;
}

/** The sun or the sky at (`x`, `y`). */
export function skyAt(x: number, y: number): Place {
  const away = Math.hypot(x - sun[0], y - sun[1]);
  if (away < sunRadius) {
    return {
      part: 'sun',
      way: skyWay(x, y),
      colour: (a) =>
        mix(
          pick([hex(0xfff6c8), hex(0xffe680), hex(0xffd23f)], a),
          hex(0xfffbe6),
          ramp(24, 0, away),
        ),
    };
  }
  return { part: 'sky', way: skyWay(x, y), colour: (a, b) => skyColour(x, y, a, b) };
}
