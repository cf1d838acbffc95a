// What is known of each component of a picture, as fields at a fixed place.
import {
  AC_VALUES,
  COMPONENT_WEIGHTS,
  COMPONENTS,
  DC_VALUES,
  QUANTISATION,
  VALUES_BYTES,
  WEIGHTS_BYTES,
} from './memory';

export const COMPONENT_BYTES: usize = 64;

/** Blocks of it in a unit, across and down. */
export const ACROSS: usize = 0;
export const DOWN: usize = 4;
/** Samples that a block becomes along an edge: 1, 2, 4 or 8. */
export const SAMPLES: usize = 8;
/** Slots of its Huffman tables, and the tables of its values. */
export const DC_SLOT: usize = 12;
export const AC_SLOT: usize = 16;
export const DC_TABLE: usize = 20;
export const AC_TABLE: usize = 28;
/** Its quantisation steps. */
export const STEPS: usize = 32;
/** Samples of a row of units, and bytes from one row of samples to the next. */
export const PLANE: usize = 36;
export const STRIDE: usize = 40;
/** The last DC coefficient. */
export const LAST: usize = 44;
/** Bytes of a block in a plane of coefficients: 2 for the DC coefficient alone, 8 with three more. */
export const BLOCK_BYTES: usize = 48;
/** What coefficients are weighted by: see `means.ts`. */
export const WEIGHTS: usize = 52;
/** Of a component that becomes samples: the table that its AC coefficients are read by, and where the next unit's samples lie. */
export const SAMPLES_TABLE: usize = 56;
export const TO: usize = 60;

export function component(index: i32): usize {
  return COMPONENTS + <usize>index * COMPONENT_BYTES;
}

export function field(part: usize, offset: usize): i32 {
  return load<i32>(part + offset);
}

export function address(part: usize, offset: usize): usize {
  return load<usize>(part + offset);
}

/** Sets up a component: blocks in a unit, samples a block, its Huffman tables (0 to 3) and quantisation table (0 to 3). */
export function setComponent(
  index: i32,
  across: i32,
  down: i32,
  samples: i32,
  dc: i32,
  ac: i32,
  quantisation: i32,
): void {
  const at = component(index);
  store<i32>(at + ACROSS, across);
  store<i32>(at + DOWN, down);
  store<i32>(at + SAMPLES, samples);
  store<i32>(at + DC_SLOT, dc);
  store<i32>(at + AC_SLOT, 4 + ac);
  store<usize>(at + DC_TABLE, DC_VALUES + <usize>dc * VALUES_BYTES);
  store<usize>(at + AC_TABLE, AC_VALUES + <usize>ac * VALUES_BYTES);
  store<usize>(at + STEPS, QUANTISATION + <usize>quantisation * 128);
  store<usize>(at + WEIGHTS, COMPONENT_WEIGHTS + <usize>index * WEIGHTS_BYTES);
  store<i32>(at + LAST, 0);
}

/** Sets where a component's coefficients lie, bytes of a block, and bytes from one row of blocks to the next. */
export function setCoefficients(index: i32, plane: usize, blockBytes: i32, stride: usize): void {
  const part = component(index);
  store<usize>(part + PLANE, plane);
  store<i32>(part + BLOCK_BYTES, blockBytes);
  store<usize>(part + STRIDE, stride);
}

/** Whether the plane of a component holds sums of samples (`sums.ts`), which it does if blocks keep more than one sample along an edge; else it holds coefficients. */
export function hasSums(part: usize): bool {
  return field(part, SAMPLES) > 1;
}
