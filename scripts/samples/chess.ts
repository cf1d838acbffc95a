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
  { rank: 'pawn', white: false, column: -1, row: -0.9 },
  { rank: 'pawn', white: true, column: 1, row: -1 },
  { rank: 'bishop', white: true, column: -1, row: 1, turn: -0.5 },
  { rank: 'queen', white: false, column: 1.02, row: 1 },
  { rank: 'rook', white: false, column: -2, row: 3, turn: 0.3 },
  { rank: 'king', white: false, column: 2.1, row: 4, turn: 0.5 },
  { rank: 'pawn', white: true, column: -1, row: 4 },
  { rank: 'bishop', white: false, column: 0.1, row: 5 },
  { rank: 'rook', white: true, column: 3, row: 2 },
  { rank: 'pawn', white: false, column: -3, row: 5 },
];

const lights: readonly Light[] = [
  {
    centre: [-17, 23, 14],
    u: scale(normalize([14, 0, 17]), 8),
    v: [0, 8, 0],
    facing: normalize([17, -17, -14]),
    radiance: scale([1, 0.93, 0.82], 11),
  },
  {
    centre: [21, 17, -22],
    u: scale(normalize([22, 0, 21]), 6),
    v: [0, 7, 0],
    facing: normalize([-21, -12, 20]),
    radiance: scale([0.75, 0.87, 1], 9),
  },
];

const roomLow: Vec = [0.1, 0.062, 0.04];
const roomHigh: Vec = [0.3, 0.27, 0.25];

/** The room: warm and dim at the horizon, brighter towards the ceiling. */
function room(direction: Vec): Vec {
  const glow = ramp(-0.75, 0.2, direction[0]) * ramp(0.9, 0.1, direction[0]);
  return scale(mix(roomLow, roomHigh, ramp(-0.05, 0.8, direction[1])), 0.75 + 0.7 * glow);
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
    const king: Vec = [0.5 * pitch, 5.15, -0.5 * pitch];
    const eye: Vec = [king[0] - 1.5, 10.2, king[2] + 27];
    const camera = createCamera({
      eye,
      target: king,
      fov: 22.6,
      aperture: 0.42,
      focus: 26,
      aspect: size.width / size.height,
    });
    const world = { solids, ground: boardWood, lights, sky: room };
    return photograph(
      { world, camera, film: { exposure: 1.15, contrast: 0.25 }, samples: { least: 16, most: 48 } },
      size,
    );
  },
};
