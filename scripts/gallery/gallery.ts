// `npm run gallery`: one picture per documented example and option value, on a contact sheet, rendered by the bundled Worker.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatOf, outputFormats } from '../../src/codecs/formats.ts';
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import type { Size } from '../../src/image.ts';
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../../test/helpers/services/codec-modules.ts';
import { readArguments } from '../command-line.ts';
import { contactSheet, type Labelled, TILE } from './sheet.ts';
import { needsNoModels, type Tile, tilesOf } from './tiles.ts';

/** Path of the sheet, from the root. */
export const GALLERY = 'docs/gallery.webp';

const effectOf = ({ name }: { name: string }) => effects.find((effect) => effect.name === name);

export type Group = { title: string; tiles: readonly Labelled[] };

/** The tiles of every entry of the catalogue, none larger than `size`, in px. Throws if a tile's URL does not answer a picture. */
export async function drawTiles(size: Size): Promise<Group[]> {
  const codecs = await loadCodecs();
  const worker = await startBundledWorker();
  const small = `w=${size.width},h=${size.height}`;
  async function draw({ label, plan, source, whole }: Tile): Promise<Labelled> {
    const before = whole ? '' : `${small},fit=cover/`;
    // A tile that shows formats or qualities keeps its own.
    const after = /(^|[,/])[fq]=/.test(plan) ? small : `${small},f=png`;
    const shown = `/t/${before}${plan}/${after}/asset:${source}`;
    const response = await worker.fetch(shown, { headers: { Accept: 'image/jpeg' } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${shown}: ${new TextDecoder().decode(bytes)}`);
    const type = response.headers.get('content-type');
    const format = outputFormats.find((name) => formatOf(name).mime === type);
    if (!format) throw new Error(`${shown}: expected a picture, got ${type}`);
    return { label, image: await codecs[format].decode(bytes) };
  }
  try {
    const groups: Group[] = [];
    for (const entry of catalog(effects)) {
      const tiles: Labelled[] = [];
      for (const tile of tilesOf(entry, effectOf(entry)).filter(({ plan }) => needsNoModels(plan)))
        tiles.push(await draw(tile));
      if (tiles.length > 0) groups.push({ title: entry.name, tiles });
    }
    return groups;
  } finally {
    await worker.close();
  }
}

if (import.meta.main) {
  readArguments('usage: npm run gallery', {});
  const sheet = contactSheet(await drawTiles(TILE));
  const { webp } = await loadCodecs();
  const bytes = await webp.encode(sheet, { quality: 80 });
  await writeFile(fileURLToPath(new URL(`../../${GALLERY}`, import.meta.url)), bytes);
  console.log(`${GALLERY}: ${bytes.length} bytes`);
}
