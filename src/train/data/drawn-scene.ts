// Procedural scenes twice over: as pixel art with flat shades and dark outlines, and as a picture with soft shades and textures.
import type { Random } from '../random.ts';
import { softField, textureField } from './degrade.ts';
import { createPlanes, lumaOf, type Planes } from './planes.ts';
import { blob, box, ground, type Shape, stroke, triangle } from './shapes.ts';

type Colour = [number, number, number];
type Part = Shape & {
  colour: Colour;
  /** Change of brightness from one side to the other, and its direction. */
  shading: number;
  light: readonly [number, number];
  texture: number;
};

/** Brightness of a cell beside a contour, relative to what it would be. */
const OUTLINE = 0.5;
/** Contrast in luma from which a contour has an outline. */
const LEAST_CONTRAST = 0.07;

/** A scene of size × size cells, and the picture of it with `factor` pixels a cell, neither blurred nor noisy. */
export function drawnScene(
  random: Random,
  size: number,
  factor: number,
): { cells: Planes; picture: Planes } {
  const parts = composition(random, size);
  return { cells: drawCells(parts, size), picture: paint(random, parts, size, factor) };
}

function randomColour(random: Random): Colour {
  const base = random.uniform(0.08, 0.92);
  const spread = random.uniform(0, 0.35);
  const channel = (): number => Math.min(1, Math.max(0, base + spread * random.uniform(-1, 1)));
  return [channel(), channel(), channel()];
}

function partOf(random: Random, shape: Shape): Part {
  const angle = random.uniform(0, 2 * Math.PI);
  return {
    ...shape,
    colour: randomColour(random),
    shading: random.chance(0.6) ? random.uniform(0, 0.5) : 0,
    light: [Math.cos(angle) / shape.reach, Math.sin(angle) / shape.reach],
    texture: random.chance(0.55) ? random.uniform(0.02, 0.14) : 0,
  };
}

/** Back to front. */
function composition(random: Random, size: number): Part[] {
  const everywhere: Shape = {
    x: size / 2,
    y: size / 2,
    reach: 2 * size,
    distance: () => -size,
    thickness: size,
  };
  const parts = [partOf(random, everywhere)];
  if (random.chance(0.5)) {
    for (let n = random.int(2); n >= 0; n -= 1) {
      const shape = ground(random, { y: random.uniform(0.3, 0.9) * size, reach: size / 2 });
      parts.push(partOf(random, shape));
    }
  }
  const count = 2 + random.int(6);
  for (let n = 0; n < count; n += 1) {
    const frame = {
      x: random.uniform(0, size),
      y: random.uniform(0, size),
      reach: size * random.uniform(0.06, 0.4),
      angle: random.chance(0.5) ? 0 : random.uniform(0, Math.PI),
    };
    const make = random.pick([blob, blob, box, box, triangle, stroke, stroke]);
    const part = partOf(random, make(random, frame));
    parts.push(part);
    if (part.reach > 3 && random.chance(0.6)) parts.push(...features(random, part));
  }
  return parts;
}

/** Small marks on a shape, such as eyes, windows and buttons. */
function features(random: Random, on: Part): Part[] {
  const colour = randomColour(random);
  const dark = random.chance(0.6);
  const count = 1 + random.int(4);
  const spacing = random.uniform(2, 5);
  const reach = random.uniform(0.5, 1.4);
  const make = random.pick([blob, box]);
  const [x, y] = [on.x - ((count - 1) * spacing) / 2, on.y + on.reach * random.uniform(-0.4, 0.3)];
  return Array.from({ length: count }, (_, i) => ({
    ...partOf(random, make(random, { x: x + i * spacing, y, reach, angle: 0 })),
    colour: colour.map((c) => (dark ? 0.35 * c : 1 - 0.35 * (1 - c))) as Colour,
    shading: 0,
    texture: 0,
  }));
}

const shadeOf = ({ shading, light, x, y }: Part, px: number, py: number): number =>
  1 + shading * Math.min(1, Math.max(-1, (px - x) * light[0] + (py - y) * light[1]));

/** Steps that shades are drawn in. */
const SHADE_STEP = 0.16;

function drawCells(parts: readonly Part[], size: number): Planes {
  const scene = createPlanes(size, size);
  const top = new Int16Array(size * size);
  const area = size * size;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = y * size + x;
      const part = topPart(parts, x + 0.5, y + 0.5);
      top[at] = part;
      const { colour, shading, reach } = parts[part]!;
      const exact = shadeOf(parts[part]!, x + 0.5, y + 0.5);
      // Wide backgrounds keep their gradients: the palette makes bands of them.
      const flat =
        shading > 0 && reach < size ? Math.round(exact / SHADE_STEP) * SHADE_STEP : exact;
      for (let c = 0; c < 3; c += 1) scene.data[c * area + at] = Math.min(1, colour[c]! * flat);
    }
  }
  outline(scene, top, parts);
  return scene;
}

function topPart(parts: readonly Part[], x: number, y: number): number {
  for (let n = parts.length - 1; n > 0; n -= 1) {
    const part = parts[n]!;
    // Thin shapes are drawn at least a cell wide.
    const extra = part.thickness < 1 ? (1 - part.thickness) / 2 : 0;
    if (part.distance(x, y) < extra) return n;
  }
  return 0;
}

/** Darkens the darker side of contours between shapes that are wide enough to have them. */
function outline(scene: Planes, top: Int16Array, parts: readonly Part[]): void {
  const { width, height, data } = scene;
  const area = width * height;
  const luma = Float32Array.from({ length: area }, (_, i) =>
    lumaOf(data[i]!, data[area + i]!, data[2 * area + i]!),
  );
  const darker = (at: number, beside: number): boolean =>
    top[at] !== top[beside] &&
    luma[beside]! - luma[at]! > LEAST_CONTRAST &&
    parts[top[at]!]!.thickness >= 2.5 &&
    parts[top[beside]!]!.thickness >= 2.5;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const beside =
        (x > 0 && darker(at, at - 1)) ||
        (x < width - 1 && darker(at, at + 1)) ||
        (y > 0 && darker(at, at - width)) ||
        (y < height - 1 && darker(at, at + width));
      if (!beside) continue;
      for (let c = 0; c < 3; c += 1) data[c * area + at]! *= OUTLINE;
    }
  }
}

function paint(random: Random, parts: readonly Part[], size: number, factor: number): Planes {
  const side = size * factor;
  const area = side * side;
  const picture = createPlanes(side, side);
  const weave = textureField(random, picture, random.uniform(0.5, 2));
  const where = softField(random, picture);
  for (const part of parts) {
    const low = (at: number): number => Math.max(0, Math.floor((at - part.reach - 1) * factor));
    const high = (at: number): number => Math.min(side, Math.ceil((at + part.reach + 1) * factor));
    for (let j = low(part.y); j < high(part.y); j += 1) {
      const y = (j + 0.5) / factor;
      for (let i = low(part.x); i < high(part.x); i += 1) {
        const x = (i + 0.5) / factor;
        const cover = Math.min(1, Math.max(0, 0.5 - factor * part.distance(x, y)));
        if (cover === 0) continue;
        const at = j * side + i;
        const shade = shadeOf(part, x, y);
        const grain = part.texture * weave[at]! * (0.6 + 0.4 * where[at]!);
        for (let c = 0; c < 3; c += 1) {
          const value = Math.min(1, Math.max(0, part.colour[c]! * shade + grain));
          picture.data[c * area + at]! += cover * (value - picture.data[c * area + at]!);
        }
      }
    }
  }
  return picture;
}
