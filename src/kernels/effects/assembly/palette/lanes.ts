// One value of a vector in all four lanes.

// @inline
export function lane0(v: v128): v128 {
  return i32x4.shuffle(v, v, 0, 0, 0, 0);
}

// @inline
export function lane1(v: v128): v128 {
  return i32x4.shuffle(v, v, 1, 1, 1, 1);
}

// @inline
export function lane2(v: v128): v128 {
  return i32x4.shuffle(v, v, 2, 2, 2, 2);
}
