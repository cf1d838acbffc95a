// What mixtures of a palette's colours can show: at each luminance a polygon of chroma, to whose border colours outside it are brought.

/** Bytes of a corner: a and b of chroma at luminance 0, and what one unit of luminance adds to them. */
const CORNER: usize = 16;

/**
 * Brings straight linear light to what a palette can show, as `createMixing` does. `levels` has the `count` luminances of the palette's
 * colours, rising; fewer than two change nothing. `first` has the index of the first corner above each level but the last, and the number of
 * all `corners`. The fourth value stays.
 */
export function mixedFrom(
  light: v128,
  levels: usize,
  count: i32,
  first: usize,
  corners: usize,
): v128 {
  if (count < 2) return light;
  const r = f32x4.extract_lane(light, 0);
  const g = f32x4.extract_lane(light, 1);
  const b = f32x4.extract_lane(light, 2);
  const top = levels + ((<usize>count - 1) << 2);
  const own: f32 = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const y = min(f32.load(top), max(f32.load(levels), own));
  const wantedA: f32 = 0.3405348 * r - 0.4653359 * g + 0.1248011 * b;
  const wantedB: f32 = 0.1051422 * r + 0.3189064 * g - 0.4240486 * b;
  for (let next = levels + 4; next < top && y > f32.load(next); next += 4) first += 4;
  const end = corners + CORNER * <usize>i32.load(first, 4);
  let a = f32.load(end - 16) + f32.load(end - 8) * y;
  let c = f32.load(end - 12) + f32.load(end - 4) * y;
  let least: f32 = 3e38;
  let isInside = true;
  let foundA = wantedA;
  let foundB = wantedB;
  for (let at = corners + CORNER * <usize>i32.load(first); at < end; at += CORNER) {
    const nextA = f32.load(at) + f32.load(at, 8) * y;
    const nextB = f32.load(at, 4) + f32.load(at, 12) * y;
    const sideA = nextA - a;
    const sideB = nextB - c;
    const offA = wantedA - a;
    const offB = wantedB - c;
    if (sideA * offB - sideB * offA <= 0) isInside = false;
    const whole = sideA * sideA + sideB * sideB;
    const along: f32 = whole > 0 ? (sideA * offA + sideB * offB) / whole : 0;
    const share = min<f32>(1, max<f32>(0, along));
    const dA = offA - share * sideA;
    const dB = offB - share * sideB;
    const distance = dA * dA + dB * dB;
    if (distance < least) {
      least = distance;
      foundA = a + share * sideA;
      foundB = c + share * sideB;
    }
    a = nextA;
    c = nextB;
  }
  if (isInside && y === own) return light;
  if (isInside) {
    foundA = wantedA;
    foundB = wantedB;
  }
  const chroma = f32x4.add(
    f32x4.mul(f32x4.splat(foundA), f32x4(2.0714442, -0.6204977, 0.0469653, 0)),
    f32x4.mul(f32x4.splat(foundB), f32x4(0.7799073, -0.0123543, -2.1741347, 0)),
  );
  const alpha = f32x4.extract_lane(light, 3);
  return f32x4.replace_lane(f32x4.add(f32x4.splat(y), chroma), 3, alpha);
}
