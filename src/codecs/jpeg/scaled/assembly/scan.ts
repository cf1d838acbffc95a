// Decodes a scan, a row of units at a time: into planes of samples, which hold one row of units, or into planes of coefficients, which hold all.
import { decode1 } from './blocks';
import { acPairsOf, skipsOf } from './codes';
import { meansOf, readBand, readBlock } from './coefficients';
import {
  AC_SLOT,
  ACROSS,
  address,
  BLOCK_BYTES,
  COMPONENT_BYTES,
  component,
  DOWN,
  field,
  LAST,
  PLANE,
  SAMPLES,
  SAMPLES_TABLE,
  STRIDE,
  TO,
} from './component';
import { readDcs, refineDcs } from './dc';
import { decodeMeans, setWeights } from './means';
import { PLANES } from './memory';
import {
  beginData,
  bytesLeft,
  hasUnit,
  isOverrun,
  LONGEST_UNIT,
  NEEDS_INPUT,
  passRestart,
} from './reader';
import { refineSums } from './sums';

export { defineCodes } from './codes';
export { setCoefficients, setComponent } from './component';
export { findMarker } from './markers';
export { addInput, inputPlace } from './reader';
export { samplesRow } from './sums';
export { meansRow };

const DONE: i32 = 0;
const ENDS_EARLY: i32 = 2;
/** Bytes behind each row of samples that SIMD may write and read. */
const MARGIN: usize = 16;

/** A unit has at most 10 DC coefficients, each a code of 17 bits, if unknown, with 15 bits of a value. */
const LONGEST_DC_UNIT: usize = 40;

/** What a scan is decoded to. */
const SAMPLES_OF_ROW: i32 = 0;
const FIRST_DC: i32 = 1;
const NEXT_DC: i32 = 2;
const SEQUENTIAL: i32 = 3;
const BAND: i32 = 4;
const NEXT_BAND: i32 = 5;

let kind: i32 = SAMPLES_OF_ROW;
let components: i32 = 0;
let unitsAcross: i32 = 0;
/** The row of units, and the unit in it. */
let row: i32 = 0;
let unit: i32 = 0;
/** Units between restart markers (0: none), those to come before the next, and its number. */
let restartInterval: i32 = 0;
let unitsToRestart: i32 = 0;
let restartNumber: i32 = 0;
/** Of a scan of AC coefficients: the first, the last, the bits that they lack, and the blocks to come that have none. */
let first: i32 = 0;
let last: i32 = 0;
let low: i32 = 0;
let emptyBlocks: i32 = 0;

function begin(count: i32, across: i32, interval: i32): void {
  components = count;
  unitsAcross = across;
  row = 0;
  unit = 0;
  restartInterval = interval;
  unitsToRestart = interval;
  restartNumber = 0;
  emptyBlocks = 0;
  beginData();
}

/** Begins a sequential scan of the first `count` components that becomes samples. Answers the address behind their planes. */
export function beginSamples(count: i32, across: i32, interval: i32): usize {
  kind = SAMPLES_OF_ROW;
  begin(count, across, interval);
  let at = PLANES;
  for (let i = 0; i < count; i++) {
    const part = component(i);
    const samples = field(part, SAMPLES);
    const stride = ((<usize>(across * field(part, ACROSS) * samples) + 15) & ~15) + MARGIN;
    store<usize>(part + PLANE, at);
    store<usize>(part + STRIDE, stride);
    at += stride * <usize>(field(part, DOWN) * samples);
    const slot = field(part, AC_SLOT);
    store<usize>(part + SAMPLES_TABLE, samples === 1 ? skipsOf(slot) : acPairsOf(slot));
    if (samples > 1) setWeights(part);
  }
  rewindSamples();
  return at;
}

/** Begins a scan of the first `count` components that becomes coefficients: `FIRST_DC`, `NEXT_DC`, `SEQUENTIAL`, `BAND` or `NEXT_BAND`. */
export function beginCoefficients(
  count: i32,
  across: i32,
  interval: i32,
  what: i32,
  from: i32,
  to: i32,
  missingBits: i32,
): void {
  kind = what;
  first = from;
  last = to;
  low = missingBits;
  begin(count, across, interval);
}

/** Address of a component's plane, and bytes from row to row. */
export function planeOf(index: i32): usize {
  return address(component(index), PLANE);
}

export function strideOf(index: i32): usize {
  return address(component(index), STRIDE);
}

/** Decodes a row of units, or goes on with it after input was needed. Answers `DONE`, `NEEDS_INPUT`, `ENDS_EARLY` or `BAD_RESTART`. */
export function decodeRow(): i32 {
  while (unit < unitsAcross) {
    if (restartInterval > 0 && unitsToRestart === 0) {
      const status = passRestart(restartNumber);
      if (status !== 0) return status;
      restartNumber = (restartNumber + 1) & 7;
      unitsToRestart = restartInterval;
      emptyBlocks = 0;
      for (let i = 0; i < components; i++) store<i32>(component(i) + LAST, 0);
    }
    if (!hasUnit()) return NEEDS_INPUT;
    const units = decodeUnits();
    if (isOverrun()) return ENDS_EARLY;
    unit += units;
    unitsToRestart -= units;
  }
  unit = 0;
  row++;
  if (kind === SAMPLES_OF_ROW) rewindSamples();
  return DONE;
}

/** Decodes the next units of the row, up to a restart. Answers how many. */
function decodeUnits(): i32 {
  let units = unitsAcross - unit;
  if (restartInterval > 0) units = min(units, unitsToRestart);
  if (kind === SAMPLES_OF_ROW) {
    units = min(units, max(1, <i32>(bytesLeft() / LONGEST_UNIT)));
    decodeSamples(units);
    return units;
  }
  if (kind === FIRST_DC || kind === NEXT_DC) {
    units = min(units, max(1, <i32>(bytesLeft() / LONGEST_DC_UNIT)));
    if (kind === FIRST_DC) readDcs(components, row, unit, units, low);
    else refineDcs(components, row, unit, units, low);
    return units;
  }
  // A scan of AC coefficients has one component, whose units are blocks.
  if (kind === BAND && emptyBlocks > 0) {
    units = min(units, emptyBlocks);
    emptyBlocks -= units;
    return units;
  }
  for (let i = 0; i < components; i++) decodeCoefficients(component(i));
  return 1;
}

/** Samples of the next `units` units. */
function decodeSamples(units: i32): void {
  const end = component(components);
  for (; units > 0; units--) {
    for (let part = component(0); part < end; part += COMPONENT_BYTES) {
      if (field(part, SAMPLES) === 1) decode1(part);
      else decodeMeans(part);
    }
  }
}

/** Sets that the next samples are the first of a row of units. */
function rewindSamples(): void {
  for (let i = 0; i < components; i++)
    store<usize>(component(i) + TO, address(component(i), PLANE));
}

function decodeCoefficients(part: usize): void {
  const across = field(part, ACROSS);
  const down = field(part, DOWN);
  const bytes = <usize>field(part, BLOCK_BYTES);
  const stride = address(part, STRIDE);
  for (let y = 0; y < down; y++) {
    let to =
      address(part, PLANE) + <usize>(row * down + y) * stride + <usize>(unit * across) * bytes;
    for (let x = 0; x < across; x++, to += bytes) {
      if (kind === SEQUENTIAL) readBlock(part, to);
      else if (kind === NEXT_BAND)
        emptyBlocks = refineSums(part, to, first, last, low, emptyBlocks);
      else emptyBlocks = readBand(part, to, first, last, low);
    }
  }
}

/** Makes samples of a row of blocks of a component's coefficients: one row, or two of twice the length. */
function meansRow(index: i32, y: i32, blocks: i32, to: usize, stride: usize): void {
  const part = component(index);
  meansOf(part, address(part, PLANE) + <usize>y * address(part, STRIDE), to, stride, blocks);
}
