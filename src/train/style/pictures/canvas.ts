// What the procedural style pictures share: random shapes as SVG, smooth fields, mixed colours.
import { createRandom, type Random } from '../../random.ts';

/** Edge of a procedural style picture in pixels. */
export const EDGE = 320;

export type Point = readonly [x: number, y: number];
/** A value for every point of the picture. */
export type Field = (x: number, y: number) => number;
/** Red, green and blue, 0…255. */
export type Colour = readonly [number, number, number];

/** An SVG picture around these elements. */
export const svgOf = (
  elements: readonly string[],
  background: Colour | string,
  defs = '',
): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${EDGE}" height="${EDGE}" viewBox="0 0 ${EDGE} ${EDGE}"><defs>${defs}</defs><rect width="100%" height="100%" fill="${textOf(background)}"/>${elements.join('')}</svg>`;

const textOf = (colour: Colour | string): string =>
  typeof colour === 'string' ? colour : rgb(colour);

export const rgb = ([r, g, b]: Colour): string =>
  `rgb(${[r, g, b].map((v) => Math.round(Math.min(255, Math.max(0, v)))).join(',')})`;

/** A colour from six hexadecimal digits. */
export const hex = (digits: string): Colour => {
  const value = Number.parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

export const mixColours = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
];

/** A colour made of each channel of another, red first. */
export const mapColour = ([r, g, b]: Colour, change: (value: number) => number): Colour => [
  change(r),
  change(g),
  change(b),
];

/** The colour at `t` 0…1 along a row of colours. */
export function ramp(colours: readonly Colour[], t: number): Colour {
  const at = Math.min(0.99999, Math.max(0, t)) * (colours.length - 1);
  const from = Math.floor(at);
  return mixColours(colours[from]!, colours[from + 1]!, at - from);
}

/** The colour lighter (above 0) or darker (below 0), with a little change of its channels. */
export function varied(random: Random, colour: Colour, light: number, hue = 0): Colour {
  const shift = light * random.normal();
  return mapColour(colour, (value) => value + shift + hue * random.normal());
}

/** Smooth noise of about 0…1 whose features are `scale` pixels wide, with finer octaves. */
export function noise(seed: number, scale: number, octaves = 2): Field {
  const lattice = (i: number, j: number, o: number): number =>
    createRandom(seed, o, i + 1000, j + 1000).uniform(0, 1);
  const known = Array.from({ length: octaves }, () => new Map<number, number>());
  const at = (i: number, j: number, o: number): number => {
    const key = i * 2 ** 20 + j;
    const before = known[o]!.get(key);
    if (before !== undefined) return before;
    const value = lattice(i, j, o);
    known[o]!.set(key, value);
    return value;
  };
  const smooth = (t: number): number => t * t * t * (t * (6 * t - 15) + 10);
  const octave = (x: number, y: number, o: number): number => {
    const [i, j] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [smooth(x - i), smooth(y - j)];
    const top = at(i, j, o) + u * (at(i + 1, j, o) - at(i, j, o));
    const low = at(i, j + 1, o) + u * (at(i + 1, j + 1, o) - at(i, j + 1, o));
    return top + v * (low - top);
  };
  return (x, y) => {
    let [sum, total, weight, size] = [0, 0, 1, scale];
    for (let o = 0; o < octaves; o += 1) {
      sum += weight * octave(x / size, y / size, o);
      total += weight;
      weight /= 2;
      size /= 2;
    }
    return Math.min(1, Math.max(0, 0.5 + 1.5 * (sum / total - 0.5)));
  };
}

/** A line of `steps` points that follows the directions of a field (in radians) from its middle both ways. */
export function flowLine(angle: Field, [x, y]: Point, length: number, step = 4): Point[] {
  const half = (sign: number): Point[] => {
    const points: Point[] = [];
    let [px, py] = [x, y];
    for (let d = 0; d < length / 2; d += step) {
      const a = angle(px, py);
      px += sign * step * Math.cos(a);
      py += sign * step * Math.sin(a);
      points.push([px, py]);
    }
    return points;
  };
  return [...half(-1).reverse(), [x, y], ...half(1)];
}

const numbers = (points: readonly Point[]): string =>
  points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

export const polygon = (points: readonly Point[], fill: string, more = ''): string =>
  `<polygon points="${numbers(points)}" fill="${fill}" ${more}/>`;

export const polyline = (
  points: readonly Point[],
  stroke: string,
  width: number,
  more = '',
): string =>
  `<polyline points="${numbers(points)}" fill="none" stroke="${stroke}" stroke-width="${width.toFixed(2)}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;

/** A line as a shape that is widest in its middle and pointed at its ends. */
export function spindle(points: readonly Point[], width: (share: number) => number): Point[] {
  const sides = points.map(([x, y], i): { left: Point; right: Point } => {
    const [ax, ay] = points[Math.max(0, i - 1)]!;
    const [bx, by] = points[Math.min(points.length - 1, i + 1)]!;
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const w = width(i / (points.length - 1)) / 2;
    const [nx, ny] = [(-(by - ay) / length) * w, ((bx - ax) / length) * w];
    return { left: [x + nx, y + ny], right: [x - nx, y - ny] };
  });
  return [...sides.map(({ left }) => left), ...sides.map(({ right }) => right).reverse()];
}

/** Points that are at least `distance` apart, by trial: a dense random covering of the picture and a border around it. */
export function scattered(random: Random, distance: number, border = 16): Point[] {
  const cell = distance / Math.SQRT2;
  const columns = Math.ceil((EDGE + 2 * border) / cell);
  const grid = new Map<number, Point>();
  const points: Point[] = [];
  const tries = Math.round((12 * (EDGE + 2 * border) ** 2) / distance ** 2);
  for (let n = 0; n < tries; n += 1) {
    const x = random.uniform(-border, EDGE + border);
    const y = random.uniform(-border, EDGE + border);
    const [i, j] = [Math.floor((x + border) / cell), Math.floor((y + border) / cell)];
    let free = true;
    for (let di = -2; di <= 2 && free; di += 1) {
      for (let dj = -2; dj <= 2 && free; dj += 1) {
        const other = grid.get((j + dj) * columns + i + di);
        if (other && Math.hypot(other[0] - x, other[1] - y) < distance) free = false;
      }
    }
    if (!free) continue;
    grid.set(j * columns + i, [x, y]);
    points.push([x, y]);
  }
  return points;
}

/** The Voronoi cell of a site among others, within the picture and a border, shrunk by `gap` pixels on each side. */
export function voronoiCell(site: Point, others: readonly Point[], gap = 0): Point[] {
  let cell: Point[] = [
    [-30, -30],
    [EDGE + 30, -30],
    [EDGE + 30, EDGE + 30],
    [-30, EDGE + 30],
  ];
  for (const other of others) {
    if (other === site) continue;
    const [dx, dy] = [other[0] - site[0], other[1] - site[1]];
    const distance = Math.hypot(dx, dy);
    if (distance > 160 || distance === 0) continue;
    const limit = distance / 2 - gap;
    const along = ([x, y]: Point): number =>
      ((x - site[0]) * dx + (y - site[1]) * dy) / distance - limit;
    cell = clipped(cell, along);
    if (cell.length === 0) return [];
  }
  return cell;
}

function clipped(cell: readonly Point[], along: (point: Point) => number): Point[] {
  return cell.flatMap((point, i) => {
    const next = cell[(i + 1) % cell.length]!;
    const [a, b] = [along(point), along(next)];
    const kept: Point[] = a <= 0 ? [point] : [];
    if (a <= 0 === b <= 0) return kept;
    const t = a / (a - b);
    return [...kept, [point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])]];
  });
}

/** Segments of the line where a field has the value `level`, by marching squares. */
export function contour(field: Field, level: number, step = 4): [Point, Point][] {
  const out: [Point, Point][] = [];
  for (let y = -step; y < EDGE + step; y += step) {
    for (let x = -step; x < EDGE + step; x += step) {
      const corners: Point[] = [
        [x, y],
        [x + step, y],
        [x + step, y + step],
        [x, y + step],
      ];
      const values = corners.map(([a, b]) => field(a, b) - level);
      const cuts = corners.flatMap((corner, i): Point[] => {
        const j = (i + 1) % 4;
        const [a, b] = [values[i]!, values[j]!];
        if (a > 0 === b > 0) return [];
        const t = a / (a - b);
        const next = corners[j]!;
        return [[corner[0] + t * (next[0] - corner[0]), corner[1] + t * (next[1] - corner[1])]];
      });
      for (let i = 0; i + 1 < cuts.length; i += 2) out.push([cuts[i]!, cuts[i + 1]!]);
    }
  }
  return out;
}

/** Segments as one path. */
export const segmentsPath = (segments: readonly [Point, Point][]): string =>
  segments
    .map(([a, b]) => `M${a[0].toFixed(1)} ${a[1].toFixed(1)}L${b[0].toFixed(1)} ${b[1].toFixed(1)}`)
    .join('');
