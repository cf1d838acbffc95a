import { expect, it } from 'vitest';
import { drawTiles } from '../../scripts/gallery/gallery.ts';
import { contactSheet, sheetSize } from '../../scripts/gallery/sheet.ts';
import { effects } from '../../src/effects/index.ts';

/** Smaller than in the gallery, because only whether every URL works is tested. */
const SIZE = { width: 96, height: 72 };

it('every example and option value of the gallery is a picture, and fits its tile', async () => {
  const groups = await drawTiles(SIZE);
  const titles = groups.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(['output', 'blur', 'pixelate', 'hybrid']));
  expect(groups.length).toBeGreaterThan(effects.length / 2);
  for (const { label, image } of groups.flatMap(({ tiles }) => tiles)) {
    const fits = image.width <= SIZE.width && image.height <= SIZE.height;
    expect([label, fits]).toEqual([label, true]);
  }
  const { width, height } = contactSheet(groups);
  expect({ width, height }).toEqual(sheetSize(groups.map(({ tiles }) => tiles)));
});
