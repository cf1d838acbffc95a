// Reads symbols whose codes or values look-up tables lack.
import { END_OF_BLOCK, extended } from './codes';
import { AC_SLOT, DC_SLOT, field } from './component';
import { searchSymbol, takeBits } from './reader';

/** Value of the coefficient that `searchAc` has read. */
export let found: i32 = 0;

/** The difference of the next DC coefficient. */
export function searchDc(part: usize): i32 {
  const size = searchSymbol(field(part, DC_SLOT));
  return size > 0 ? extended(takeBits(size), size) : 0;
}

/** Reads one code and its value. Answers how far its coefficient is, or `END_OF_BLOCK` and the run of an end of block. */
export function searchAc(part: usize): i32 {
  const symbol = searchSymbol(field(part, AC_SLOT));
  const size = symbol & 15;
  const run = symbol >> 4;
  if (size === 0 && run < 15) return END_OF_BLOCK + run;
  found = size > 0 ? extended(takeBits(size), size) : 0;
  return run + 1;
}
