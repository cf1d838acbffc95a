// Pairs of points that meet, as the parameter `align` writes them: `nx_ny_fx_fy`, two or three joined by `~`.

export type Place = { x: number; y: number };
export type Pair = { near: Place; far: Place };

/** Fewest and most pairs. */
export const FEWEST = 2;
export const MOST = 3;

/** Where the points are before anybody has moved them: at the eyes of a portrait, and its mouth. */
export const FIRST: readonly Pair[] = [
  [0.38, 0.42],
  [0.62, 0.42],
  [0.5, 0.68],
].map(([x, y]) => ({ near: { x: x!, y: y! }, far: { x: x!, y: y! } }));

/** Reads the parameter; undefined if it is none. */
export function readPairs(text: string): Pair[] | undefined {
  const pairs = text.split('~').map((pair) => pair.split('_').map(Number));
  const right = pairs.every((each) => each.length === 4 && each.every(Number.isFinite));
  if (!right || pairs.length < FEWEST || pairs.length > MOST) return undefined;
  return pairs.map(([nx, ny, fx, fy]) => ({ near: { x: nx!, y: ny! }, far: { x: fx!, y: fy! } }));
}

/** The parameter's text, with three decimals. */
export const pairsText = (pairs: readonly Pair[]): string =>
  pairs
    .map(({ near, far }) =>
      [near.x, near.y, far.x, far.y].map((v) => String(Number(v.toFixed(3)))).join('_'),
    )
    .join('~');
