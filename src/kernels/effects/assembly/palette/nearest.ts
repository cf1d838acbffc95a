// The palette colours nearest to four colours in OKLab.

/** Distance of palette colours in memory: L, 2a and 2b. */
const COLOUR: usize = 12;

/** Index of the nearest of `count` palette colours to each of four; of equally near ones the first. */
// @inline
export function nearestOf(l: v128, a: v128, b: v128, palette: usize, count: i32): v128 {
  let best = f32x4.splat(3e38);
  let found = i32x4.splat(0);
  let index = i32x4.splat(0);
  const one = i32x4.splat(1);
  for (let end = palette + COLOUR * <usize>count; palette < end; palette += COLOUR) {
    const dl = f32x4.sub(l, v128.load32_splat(palette));
    const da = f32x4.sub(a, v128.load32_splat(palette, 4));
    const db = f32x4.sub(b, v128.load32_splat(palette, 8));
    const sum = f32x4.add(f32x4.mul(dl, dl), f32x4.mul(da, da));
    const distance = f32x4.add(sum, f32x4.mul(db, db));
    const isNearer = f32x4.lt(distance, best);
    best = f32x4.pmin(best, distance);
    found = v128.bitselect(index, found, isNearer);
    index = i32x4.add(index, one);
  }
  return found;
}
