// A font of three by five dots for labels, which look the same on every machine.
import type { Image } from '../../src/image.ts';

// Five rows per letter, each an octal digit: 4 is the left dot, 2 the middle one, 1 the right one.
const letters: Record<string, string> = {
  a: '25755',
  b: '65656',
  c: '34443',
  d: '65556',
  e: '74647',
  f: '74644',
  g: '34553',
  h: '55755',
  i: '72227',
  j: '11152',
  k: '55655',
  l: '44447',
  m: '57755',
  n: '65555',
  o: '25552',
  p: '65644',
  q: '25563',
  r: '65655',
  s: '34216',
  t: '72222',
  u: '55557',
  v: '55552',
  w: '55775',
  x: '55255',
  y: '55222',
  z: '71247',
  0: '75557',
  1: '26227',
  2: '71747',
  3: '71717',
  4: '55711',
  5: '74717',
  6: '74757',
  7: '71222',
  8: '75757',
  9: '75717',
  '=': '07070',
  ',': '00024',
  '.': '00002',
  '-': '00700',
  _: '00007',
  '~': '03600',
  '/': '11244',
  ':': '02020',
  ';': '02024',
  ' ': '00000',
};

const DOT = 2;
/** Size of one letter with its spacing, in px. */
export const LETTER = { width: 4 * DOT, height: 7 * DOT };

/** Writes one line of text; unknown letters become blanks. */
export function write(
  image: Image,
  text: string,
  at: { x: number; y: number },
  level: number,
): void {
  [...text.toLowerCase()].forEach((letter, index) => {
    const rows = letters[letter] ?? '00000';
    for (let dot = 0; dot < 15; dot++) {
      const column = dot % 3;
      if (((Number(rows[Math.floor(dot / 3)]) >> (2 - column)) & 1) === 0) continue;
      for (let k = 0; k < DOT * DOT; k++) {
        const x = at.x + index * LETTER.width + column * DOT + (k % DOT);
        const y = at.y + Math.floor(dot / 3) * DOT + Math.floor(k / DOT);
        image.data.fill(level, 4 * (y * image.width + x), 4 * (y * image.width + x) + 3);
      }
    }
  });
}
