import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { contactSheet, sheetSize, TILE } from '../../scripts/gallery/sheet.ts';
import { needsNoModels, tilesOf } from '../../scripts/gallery/tiles.ts';
import { probe } from '../../src/codecs/probe/probe.ts';
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { paint, pixelAt } from '../helpers/files/pictures.ts';

// Options that do not change the picture: accepted for compatibility with Cloudflare, or about the answer until there is a picture.
const withoutPicture = new Set([
  ...['anim', 'compression', 'exp', 'metadata', 'onerror', 'pending', 'scq', 'upscale', 'zoom'],
]);

describe('the gallery', () => {
  it.each(catalog(effects))(
    'has tiles for every parameter and value of $name, all valid',
    (entry) => {
      const effect = effects.find(({ name }) => name === entry.name);
      const plans = tilesOf(entry, effect).map(({ plan }) => plan);
      for (const plan of plans) parsePlan(plan.split('/'), effects);
      const all = plans.join('\n');
      for (const [param, schema] of Object.entries(entry.parameters.properties)) {
        if (withoutPicture.has(param)) continue;
        expect(all).toMatch(new RegExp(`(^|[,/])${param}=`, 'm'));
        if (entry.name === 'output') continue;
        for (const value of schema.enum ?? [])
          expect(all).toMatch(new RegExp(`(^|[,/])${param}=${value}(,|/|$)`, 'm'));
      }
    },
  );

  it('is in docs, with as many rows as its tiles need', async () => {
    const groups = catalog(effects).map((entry) => {
      const effect = effects.find(({ name }) => name === entry.name);
      return tilesOf(entry, effect).filter(({ plan }) => needsNoModels(plan));
    });
    const drawn = probe(await readFile(new URL('../../docs/gallery.webp', import.meta.url)));
    const { width, height } = sheetSize(groups.filter((tiles) => tiles.length > 0));
    expect([drawn.width, drawn.height]).toEqual([width, height]);
  });

  it('puts tiles where their labels are, and shows the paper through transparent parts', () => {
    const red = paint(TILE, () => [200, 0, 0]);
    const clear = paint(TILE, () => [0, 0, 0, 0]);
    const sheet = contactSheet([
      {
        title: 'x',
        tiles: [
          { label: 'a', image: red },
          { label: 'b', image: clear },
        ],
      },
    ]);
    expect(pixelAt(sheet, 20, 60)).toEqual([200, 0, 0, 255]);
    expect(pixelAt(sheet, 20 + TILE.width + 12, 60)).toEqual([250, 250, 250, 255]);
  });
});
