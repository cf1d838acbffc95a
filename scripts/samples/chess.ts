// Sample picture: a boxwood king among the pieces of a polished chess set, lit by a window.
import { createCamera } from './camera.ts';
import { carve, type Piece, type Rank } from './chess-pieces.ts';
import { clamp, ramp } from './curve.ts';
import { photograph, type Scene } from './scene.ts';
import type { Light, Solid } from './trace.ts';
import { mix, normalize, scale, type Vec } from './vector.ts';
import { boardWood, pieceWood, pitch } from './wood.ts';

type Placement = { rank: Rank; white: boolean; column: number; row: number; turn?: number };

/** In squares from the king's own, `row` away from the camera. */
const placements: readonly Placement[] = [
  { rank: 'king', white: true, column: 0, row: 0, turn: 0.22 },
  { rank: 'bishop', white: true, column: -0.95, row: 1.05, turn: -0.5 },
  { rank: 'pawn', white: false, column: 0.95, row: 0.95 },
  { rank: 'queen', white: false, column: 0.95, row: 3 },
  { rank: 'rook', white: false, column: -1.1, row: 4, turn: 0.3 },
  { rank: 'pawn', white: true, column: 0.2, row: 4 },
  { rank: 'king', white: false, column: 2, row: 5.05, turn: 0.5 },
  { rank: 'bishop', white: false, column: -2, row: 5 },
  { rank: 'pawn', white: false, column: -0.1, row: 6 },
  { rank: 'queen', white: true, column: -2.1, row: 3 },
  { rank: 'pawn', white: true, column: 1.9, row: 2 },
];

const lights: readonly Light[] = [
  {
    centre: [-19, 22, 12],
    u: scale(normalize([12, 0, 19]), 11),
    v: [0, 10, 0],
    facing: normalize([19, -15, -12]),
    radiance: scale([1, 0.94, 0.84], 6),
  },
  {
    centre: [22, 16, -18],
    u: scale(normalize([18, 0, 22]), 9),
    v: [0, 9, 0],
    facing: normalize([-22, -10, 16]),
    radiance: scale([0.86, 0.93, 1], 2.6),
  },
];

const wall: Vec = [0.64, 0.53, 0.4];
const shade: Vec = [0.42, 0.33, 0.25];
const ceiling: Vec = [0.5, 0.48, 0.45];

/** The room: a bright wall with a soft patch of window light, a paler ceiling. */
function room([x, y, z]: Vec): Vec {
  const behind = 1 - 0.6 * ramp(-0.2, 0.5, z);
  const patch = ramp(0.35, 0.02, Math.abs(x - 0.12 + 0.6 * (y - 0.05)));
  const near = mix(shade, wall, 0.35 + 0.65 * patch);
  return scale(mix(near, ceiling, ramp(0.12, 0.8, y)), behind);
}

function stand(
  piece: Piece,
  { white, column, row, turn = 0 }: Placement,
  seed: number,
  cell: number,
): Solid {
  const x = (column + 0.5) * pitch;
  const z = (-row - 0.5) * pitch;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const wood = pieceWood(white, seed);
  const local = ([px, py, pz]: Vec): Vec => [
    (px - x) * cos - (pz - z) * sin,
    py,
    (px - x) * sin + (pz - z) * cos,
  ];
  const r = piece.radius + 2 * cell;
  return {
    low: [x - r, 0, z - r],
    high: [x + r, piece.height + 2 * cell, z + r],
    grain: cell,
    distance: (px, py, pz) =>
      piece.distance((px - x) * cos - (pz - z) * sin, py, (px - x) * sin + (pz - z) * cos),
    surface: (at, fine) => wood(local(at), fine),
  };
}

export const chess: Scene = {
  name: 'chess',
  width: 768,
  height: 768,
  format: 'jpeg',
  prepare: (size) => {
    const cell = clamp(15 / size.width, 0.02, 0.2);
    const carved = new Map<Rank, Piece>();
    const solids = placements.map((placement, seed) => {
      const piece = carved.get(placement.rank) ?? carve(placement.rank, cell);
      carved.set(placement.rank, piece);
      return stand(piece, placement, seed, cell);
    });
    const king: Vec = [0.5 * pitch, 6.62, -0.5 * pitch];
    const eye: Vec = [king[0] - 1.6, 12.4, king[2] + 26.4];
    const camera = createCamera({
      eye,
      target: king,
      fov: 15,
      aperture: 0.34,
      focus: 26.3,
      aspect: size.width / size.height,
    });
    const world = { solids, ground: boardWood, lights, sky: room, splits: 1 };
    return photograph(
      {
        world,
        camera,
        film: { exposure: 1.15, contrast: 0.3 },
        samples: { least: 16, most: 32 },
        tolerance: 0.015,
      },
      size,
    );
  },
};
