// The ship of the ink drawing, drawn from the far side to the near one.
import { chance } from './noise.ts';
import type { Paper } from './pen.ts';
import { drawBow, drawBowsprit, drawHull } from './ship-hull.ts';
import { rope, spar } from './ship-lines.ts';
import {
  drawMast,
  drawShrouds,
  fore,
  type Mast,
  main,
  mizzen,
  onYard,
  truck,
} from './ship-mast.ts';
import { drawSail, staySail } from './ship-sail.ts';
import { mix, type Vec } from './vector.ts';

function drawJibs(paper: Paper): void {
  const sails: [Vec, Vec, Vec][] = [
    [[8.4, 3.4, 0], truck(fore, 0.84), [5.6, 3.75, 0.9]],
    [[7.6, 3.05, 0], truck(fore, 0.66), [5.1, 3.45, 0.9]],
    [[6.3, 2.45, 0], truck(fore, 0.45), [4.5, 2.6, 0.8]],
  ];
  sails.forEach(([tack, head, clew], n) => {
    const peak = mix(head, clew, 0.02);
    drawSail(
      paper,
      staySail(mix(tack, head, 0.03), mix(head, tack, 0.08), peak, clew, 0.55),
      400 + n,
      0,
      1,
    );
    rope(paper, tack, head, 0, 1);
  });
}

function drawSpanker(paper: Paper): void {
  const gaff: [Vec, Vec] = [
    [-3.5, 4.2, 0.1],
    [-5.9, 5.3, 0.5],
  ];
  const boom: [Vec, Vec] = [
    [-3.5, 1.9, 0.1],
    [-6.6, 2.15, 0.7],
  ];
  drawSail(paper, staySail(boom[0], gaff[0], gaff[1], boom[1], 0.35), 300, 0.1, 0.8);
  spar(paper, gaff[0], gaff[1], 2.6, 1.6);
  spar(paper, boom[0], boom[1], 3, 1.8);
}

/** Draws the whole ship. */
export function drawShip(paper: Paper): void {
  const masts = [mizzen, main, fore];
  for (const mast of masts) drawShrouds(paper, mast, -1);
  rope(paper, truck(mizzen, 0.98), truck(main, 0.62), 0.1);
  rope(paper, truck(mizzen, 0.62), truck(main, 0.3), 0.1);
  drawSpanker(paper);
  masts.forEach((mast, n) => {
    if (n > 0) {
      const behind = masts[n - 1] as Mast;
      rope(paper, truck(mast, 0.98), truck(behind, 0.8), 0.1);
    }
    drawMast(paper, mast, 100 * n);
  });
  rope(paper, truck(main, 0.98), truck(fore, 0.74), 0.1);
  drawBowsprit(paper);
  drawHull(paper);
  drawBow(paper);
  rope(paper, truck(fore, 0.99), [8.6, 3.5, 0], 0.05);
  drawJibs(paper);
  // Braces and sheets: loose lines that cross the whole.
  masts.forEach((mast, m) => {
    mast.yards.forEach((yard, n) => {
      if (n === 0) return;
      const end = onYard(mast, n, 1.05);
      rope(paper, end, [mast.x - 2.6 + 0.2 * n, 1.5, 1], 0.12 + 0.1 * chance(m, n), 0.6);
      rope(paper, end, [mast.x, yard.y + 0.75, 0], 0, 0.6);
      rope(paper, onYard(mast, n, -1.05), [mast.x, yard.y + 0.75, 0], 0, 0.6);
    });
  });
}
