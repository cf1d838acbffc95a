// Draws labelled tiles on one sheet.
import { createImage, type Image, type Size } from '../../src/image.ts';
import { LETTER, write } from './font.ts';

const COLUMNS = 8;
const GAP = 12;
const LINES = 3;
/** Largest size of a tile's picture, in px. */
export const TILE = { width: 160, height: 120 };

const PAPER = 250;
const INK = 40;
const cell = { width: TILE.width + GAP, height: TILE.height + GAP + LINES * LETTER.height };
const perLine = Math.floor(TILE.width / LETTER.width);

export type Labelled = { label: string; image: Image };

const rowsOf = (tiles: readonly unknown[]): number => Math.ceil(tiles.length / COLUMNS);

/** Size of the sheet for groups of tiles, in px. */
export const sheetSize = (groups: readonly (readonly unknown[])[]): Size => ({
  width: COLUMNS * cell.width + GAP,
  height: groups.reduce((sum, tiles) => sum + 2 * LETTER.height + rowsOf(tiles) * cell.height, GAP),
});

/** The sheet; each group begins on a new row under its title. */
export function contactSheet(
  groups: readonly { title: string; tiles: readonly Labelled[] }[],
): Image {
  const sheet = createImage(sheetSize(groups.map(({ tiles }) => tiles)));
  sheet.data.fill(PAPER);
  for (let i = 3; i < sheet.data.length; i += 4) sheet.data[i] = 255;
  let top = GAP;
  for (const { title, tiles } of groups) {
    write(sheet, title, { x: GAP, y: top }, 0);
    top += 2 * LETTER.height;
    tiles.forEach(({ label, image }, i) => {
      const at = {
        x: GAP + (i % COLUMNS) * cell.width,
        y: top + Math.floor(i / COLUMNS) * cell.height,
      };
      place(sheet, image, at);
      for (let line = 0; line < LINES; line++) {
        const text = label.slice(line * perLine, (line + 1) * perLine);
        write(sheet, text, { x: at.x, y: at.y + TILE.height + 4 + line * LETTER.height }, INK);
      }
    });
    top += rowsOf(tiles) * cell.height;
  }
  return sheet;
}

// Draws an image over the sheet, which shows through transparent parts.
function place(sheet: Image, image: Image, at: { x: number; y: number }): void {
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const from = 4 * (y * image.width + x);
      const to = 4 * ((at.y + y) * sheet.width + at.x + x);
      const a = image.data[from + 3]! / 255;
      for (let c = 0; c < 3; c++) {
        sheet.data[to + c] = image.data[from + c]! * a + sheet.data[to + c]! * (1 - a);
      }
    }
  }
}
