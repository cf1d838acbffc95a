// Constants in four lanes.

// V8 builds a constant vector anew wherever it is used. It cannot do so for variables, so loops copy these to locals. (`keepLanes` makes them
// variables.)
export let ONE: v128 = f32x4.splat(1);
export let HALF: v128 = f32x4.splat(0.5);
export let SIGN: v128 = i32x4.splat(<i32>0x80000000);
/** Added to a sum of which nothing but 0 is below it. */
export let TINY: v128 = f32x4.splat(1e-30);
export let LOWEST_BYTE: v128 = i32x4.splat(255);
/** The highest level. */
export let MOST: v128 = f32x4.splat(255);
/** The bits of a pixel's opacity. */
export let OPACITY: v128 = i32x4.splat(<i32>0xff000000);
/** 2^23: the sum with a level has the nearest whole number in its lowest byte, an even one half-way between two. */
export let WHOLE: v128 = f32x4.splat(8388608);
/** A level of 255, and the Rec. 709 weights of red, green and blue levels. */
export let LEVEL: v128 = f32x4.splat(<f32>(1.0 / 255.0));
export let RED: v128 = f32x4.splat(<f32>(0.2126 / 255.0));
export let GREEN: v128 = f32x4.splat(<f32>(0.7152 / 255.0));
export let BLUE: v128 = f32x4.splat(<f32>(0.0722 / 255.0));

/** Never called with true. */
export function keepLanes(change: bool): void {
  if (!change) return;
  const zero = f32x4.splat(0);
  ONE = zero;
  HALF = zero;
  SIGN = zero;
  TINY = zero;
  LOWEST_BYTE = zero;
  MOST = zero;
  OPACITY = zero;
  WHOLE = zero;
  LEVEL = zero;
  RED = zero;
  GREEN = zero;
  BLUE = zero;
}
