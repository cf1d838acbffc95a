// The chess set: outlines of the turned pieces and the cuts that a lathe cannot make. Lengths in cm.
import { softMin } from './curve.ts';
import { type Corner, type Lathe, turn } from './lathe.ts';

export type Rank = 'king' | 'queen' | 'bishop' | 'rook' | 'pawn';

export type Piece = {
  radius: number;
  height: number;
  /** Signed distance, or a lower bound, with the foot's centre as origin. */
  distance: (x: number, y: number, z: number) => number;
};

/** Foot and stem common to all pieces, up to radius `waist` at height `top`. */
const foot = (r: number, waist: number, top: number): Corner[] => [
  [0, 0],
  [r * 0.97, 0],
  [r, 0.06],
  [r, 0.32, 0.55],
  [r * 0.87, 0.74],
  [r * 0.84, 0.76],
  [r * 0.84, 0.84],
  [r * 0.82, 0.86, 0.5],
  [r * 0.68, 1.28],
  [r * 0.64, 1.3],
  [r * 0.64, 1.38, -0.22],
  [waist, top],
];

/** Two discs with a bead between, from height `y`. */
const collar = (r: number, y: number): Corner[] => [
  [r * 0.86, y, 0.9],
  [r * 0.86, y + 0.16],
  [r * 0.8, y + 0.18],
  [r, y + 0.24, 0.6],
  [r, y + 0.38],
  [r * 0.74, y + 0.46],
  [r * 0.74, y + 0.52, 0.9],
  [r * 0.74, y + 0.68],
];

const outlines: Record<Rank, readonly Corner[]> = {
  king: [
    ...foot(2.05, 0.78, 5.0),
    ...collar(1.3, 5.0),
    [0.76, 5.7, -0.16],
    [1.32, 7.55],
    [1.36, 7.58, 0.8],
    [1.36, 7.76],
    [1.24, 7.8, 0.2],
    [0.5, 8.32],
    [0.4, 8.34, 0.8],
    [0.4, 8.52],
    [0.22, 8.56, -0.3],
    [0.16, 8.8],
    [0, 8.8],
  ],
  queen: [
    ...foot(1.85, 0.66, 4.5),
    ...collar(1.14, 4.5),
    [0.66, 5.2, -0.2],
    [1.24, 7.02],
    [1.26, 7.1],
    [1.08, 7.12, -0.3],
    [0.9, 6.98, 0.28],
    [0.36, 7.3],
    [0.2, 7.36],
    [0.12, 7.42, 2.2],
    [0.12, 7.84],
    [0, 7.86],
  ],
  bishop: [
    ...foot(1.6, 0.56, 3.8),
    ...collar(1.02, 3.8),
    [0.5, 4.5, 0.1],
    [0.55, 4.6, 0.42],
    [0.52, 5.7, 0.12],
    [0.12, 6.28],
    [0.09, 6.32, 1.9],
    [0.09, 6.62],
    [0, 6.64],
  ],
  rook: [
    ...foot(1.7, 0.88, 3.2),
    [1.02, 3.24, 0.9],
    [1.02, 3.42],
    [0.98, 3.46, -0.3],
    [1.22, 3.86],
    [1.26, 3.9],
    [1.26, 4.86],
    [1.2, 4.92],
    [0.86, 4.92],
    [0.82, 4.88],
    [0.82, 4.46],
    [0, 4.46],
  ],
  pawn: [
    ...foot(1.45, 0.46, 2.7),
    [0.8, 2.72, 0.5],
    [0.8, 2.9],
    [0.44, 2.98],
    [0.4, 3.04, 1.86],
    [0.1, 4.36],
    [0, 4.37],
  ],
};

/** Cross with arms that widen outward, 1.2 high, standing at height 8.66. */
function cross(x: number, y: number, z: number): number {
  const across = Math.abs(x);
  const up = y - 9.3;
  const upright = Math.max(across - 0.11 - 0.24 * Math.abs(up) ** 1.6, Math.abs(up) - 0.6);
  const arm = Math.max(Math.abs(up) - 0.11 - 0.3 * across ** 1.6, across - 0.52);
  return Math.max(Math.min(upright, arm) * 0.85, Math.abs(z) - 0.16) - 0.035;
}

function crown(x: number, y: number, z: number): number {
  const petals = 9;
  const turn = Math.atan2(z, x) / (2 * Math.PI);
  const angle = ((turn * petals - Math.floor(turn * petals) - 0.5) * 2 * Math.PI) / petals;
  const r = Math.hypot(x, z);
  return Math.hypot(r * Math.cos(angle) - 1.2, y - 7.2, r * Math.sin(angle)) - 0.27;
}

function battlements(x: number, y: number, z: number): number {
  const turn = (Math.atan2(z, x) * 3) / Math.PI;
  const angle = ((turn - Math.floor(turn) - 0.5) * Math.PI) / 3;
  const r = Math.hypot(x, z);
  return Math.max(Math.abs(r * Math.sin(angle)) - 0.17, 4.5 - y, 0.5 - r);
}

const cuts: Record<Rank, (body: number, x: number, y: number, z: number) => number> = {
  king: (body, x, y, z) => (y > 8 ? softMin(body, cross(x, y, z), 0.08) : body),
  queen: (body, x, y, z) => (y > 6.6 ? Math.max(body, -crown(x, y, z)) : body),
  bishop: (body, x, y) =>
    Math.max(body, -Math.max(Math.abs(x * 0.8 - (y - 5.5) * 0.6 + 0.1) - 0.06, 0.12 - x)),
  rook: (body, x, y, z) => (y > 4 ? Math.max(body, -battlements(x, y, z)) : body),
  pawn: (body) => body,
};

/** Turns one piece; `cell` is the pitch of its distance table. */
export function carve(rank: Rank, cell: number): Piece {
  const body: Lathe = turn(outlines[rank], cell);
  const cut = cuts[rank];
  return {
    radius: body.radius,
    height: rank === 'king' ? 9.95 : body.height,
    distance: (x, y, z) => cut(body.distance(Math.sqrt(x * x + z * z), y), x, y, z),
  };
}
