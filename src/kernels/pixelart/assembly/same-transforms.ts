// The transforms of `sameConv` (Lavin & Gray 2016, F(4×4, 3×3)), for four channels at a time. Factors of 2 and 4 are additions, because
// V8 builds a vector of a constant anew in every round of a loop.
/** Bytes between places; they would share few lines of the cache if these were a power of two. */
const GAP: usize = 64;

/** Bytes from a place of transformed tiles to the next. */
// @inline
export function placeOf(pixel: usize, across: i32): usize {
  return pixel * <usize>across + GAP;
}

/** Transforms six rows of four channels, from one above `y` on, along each column; the border of the strip stays 0. */
export function transformColumns(
  x: usize,
  y: i32,
  height: i32,
  width: i32,
  pixel: usize,
  zeros: usize,
  strip: usize,
  line: usize,
): void {
  const row = pixel * <usize>width;
  const at = x + row * <usize>y;
  transform(
    y > 0 ? at - row : zeros,
    at,
    y + 1 < height ? at + row : zeros,
    y + 2 < height ? at + 2 * row : zeros,
    y + 3 < height ? at + 3 * row : zeros,
    y + 4 < height ? at + 4 * row : zeros,
    pixel,
    width,
    strip + 16,
    16,
    line,
  );
}

/** Transforms the strip's rows, tile by tile, and writes them to `out` as `[36, across, inputs]` with gaps. */
export function transformRows(
  strip: usize,
  line: usize,
  across: i32,
  pixel: usize,
  out: usize,
): void {
  const place = placeOf(pixel, across);
  for (let row = 0; row < 6; row++, strip += line, out += 6 * place) {
    transform(
      strip,
      strip + 16,
      strip + 32,
      strip + 48,
      strip + 64,
      strip + 80,
      64,
      across,
      out,
      pixel,
      place,
    );
  }
}

/** Transforms six values each `count` times; the places of a result are `place` bytes apart, results `toStep`, values `step`. */
function transform(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  p4: usize,
  p5: usize,
  step: usize,
  count: i32,
  out: usize,
  toStep: usize,
  place: usize,
): void {
  for (; count > 0; count--, out += toStep) {
    const d0 = v128.load(p0);
    const d1 = v128.load(p1);
    const d2 = v128.load(p2);
    const d3 = v128.load(p3);
    const d4 = v128.load(p4);
    const d5 = v128.load(p5);
    let to = out;
    const c = f32x4.sub(d4, d2);
    let v = f32x4.sub(d0, d2);
    v = f32x4.add(v, v);
    v128.store(to, f32x4.add(f32x4.add(v, v), c));
    let a = f32x4.add(d2, d2);
    a = f32x4.sub(d4, f32x4.add(a, a));
    let b = f32x4.add(d1, d1);
    b = f32x4.sub(d3, f32x4.add(b, b));
    to += place;
    v128.store(to, f32x4.add(a, b));
    to += place;
    v128.store(to, f32x4.sub(a, b));
    let e = f32x4.sub(d3, d1);
    e = f32x4.add(e, e);
    to += place;
    v128.store(to, f32x4.add(c, e));
    to += place;
    v128.store(to, f32x4.sub(c, e));
    to += place;
    v128.store(to, f32x4.sub(f32x4.sub(d5, d3), f32x4.add(e, e)));
    p0 += step;
    p1 += step;
    p2 += step;
    p3 += step;
    p4 += step;
    p5 += step;
  }
}

/** Turns products `[36, across, channels]` with gaps, of four channels, into up to four rows of results. `columns` is scratch memory of 96 floats. */
export function untransform(
  x: usize,
  out: usize,
  bias: v128,
  other: usize,
  slope: v128,
  across: i32,
  pixel: usize,
  rows: i32,
  width: i32,
  columns: usize,
): void {
  const place = placeOf(pixel, across);
  const line = pixel * <usize>width;
  for (let t = 0; t < across; t++, x += pixel) {
    let from = x;
    for (let to = columns; to < columns + 96; to += 16, from += place) {
      let at = from;
      const m0 = v128.load(at);
      at += 6 * place;
      const m1 = v128.load(at);
      at += 6 * place;
      const m2 = v128.load(at);
      at += 6 * place;
      const m3 = v128.load(at);
      at += 6 * place;
      const m4 = v128.load(at);
      const m5 = v128.load(at + 6 * place);
      const p = f32x4.add(m1, m2),
        q = f32x4.sub(m1, m2),
        r = f32x4.add(m3, m4);
      let s = f32x4.sub(m3, m4);
      s = f32x4.add(s, s);
      v128.store(to, f32x4.add(f32x4.add(m0, p), r));
      v128.store(to, f32x4.add(q, s), 96);
      const r2 = f32x4.add(r, r);
      v128.store(to, f32x4.add(p, f32x4.add(r2, r2)), 192);
      s = f32x4.add(s, s);
      v128.store(to, f32x4.add(f32x4.add(q, m5), f32x4.add(s, s)), 288);
    }
    const count = min(4, width - 4 * t);
    for (let row = 0; row < rows; row++) {
      const at = columns + <usize>(96 * row);
      const m1 = v128.load(at, 16),
        m2 = v128.load(at, 32),
        m3 = v128.load(at, 48),
        m4 = v128.load(at, 64);
      const p = f32x4.add(m1, m2),
        q = f32x4.sub(m1, m2),
        r = f32x4.add(m3, m4);
      let s = f32x4.sub(m3, m4);
      s = f32x4.add(s, s);
      v128.store(at, f32x4.add(f32x4.add(v128.load(at), p), r));
      v128.store(at, f32x4.add(q, s), 16);
      const r2 = f32x4.add(r, r);
      v128.store(at, f32x4.add(p, f32x4.add(r2, r2)), 32);
      s = f32x4.add(s, s);
      v128.store(at, f32x4.add(f32x4.add(q, v128.load(at, 80)), f32x4.add(s, s)), 48);
      let to = <usize>(4 * t) * pixel + <usize>row * line;
      for (let i = 0; i < count; i++, to += pixel) {
        const v = f32x4.add(v128.load(at + ((<usize>i) << 4)), bias);
        let result = f32x4.pmax(v, f32x4.mul(v, slope));
        if (other > 0) result = f32x4.add(result, v128.load(other + to));
        v128.store(out + to, result);
      }
    }
  }
}
