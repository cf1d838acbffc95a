// Rotates and mirrors a picture as its EXIF orientation says.
import { type Image, type Move, moved } from '../image.ts';
import type { Pace } from '../timing.ts';

/** The move for each orientation from 2 on; orientation 1 needs none. */
const moves: readonly Move[] = [
  'mirror',
  'half-turn',
  'flip',
  'transpose',
  'quarter-turn',
  'transverse',
  'three-quarter-turn',
];

/** The move that an EXIF orientation 1…8 asks for; undefined for 1. */
export const moveOf = (orientation: number): Move | undefined => moves[orientation - 2];

/** The picture as it is meant to be seen, given its EXIF orientation 1…8; the same object for 1. Rejects with `RangeError` for other numbers. */
export async function orient(image: Image, orientation: number, pace: Pace): Promise<Image> {
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8) {
    throw new RangeError(`orientation: expected an integer from 1 to 8, got ${orientation}`);
  }
  return orientation === 1 ? image : moved(image, moves[orientation - 2]!, pace);
}
