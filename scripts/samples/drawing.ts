// Sample picture: a ship under full sail, drawn with pen and ink on white paper.
import { drawFoam, drawSea } from './ink-sea.ts';
import { drawGulls, drawSky } from './ink-sky.ts';
import { createPaper } from './pen.ts';
import type { Scene } from './scene.ts';
import { drawShip } from './ship.ts';

/** Distance of the ship's side, in front of which the near waves are drawn. */
const alongside = 26;

export const drawing: Scene = {
  name: 'drawing',
  width: 768,
  height: 768,
  format: 'png',
  prepare: (size) => {
    const paper = createPaper(size);
    drawSky(paper);
    drawGulls(paper);
    drawSea(paper, 1000, alongside);
    drawShip(paper);
    drawSea(paper, alongside, 0);
    drawFoam(paper);
    return (y, row) => {
      for (let x = 0; x < size.width; x++) {
        // 16 greys are enough for smooth edges, and take half the bits.
        const grey = 17 * Math.round(15 * (1 - paper.inkAt(x, y)));
        row.set([grey, grey, grey, 255], 4 * x);
      }
    };
  },
};
