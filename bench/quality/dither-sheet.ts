// `node bench/quality/dither-sheet.ts`: draws docs/dithers.webp, sample pictures with every dither and palettes of few colours.
import '@tensorflow/tfjs-backend-cpu';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { namedColours } from '../../src/tensor/palette/names.ts';
import { createPalette } from '../../src/tensor/palette/palette.ts';
import { dithers } from '../../src/tensor/palette/palette-indices.ts';
import { imageOfIndices, palettise } from '../../src/tensor/palette/palettise.ts';
import { noPace } from '../../src/timing.ts';
import { SAMPLES } from '../pictures/folders.ts';
import { straightPicture } from './straight-picture.ts';

const out = fileURLToPath(new URL('../../docs/dithers.webp', import.meta.url));
const tile = { width: 160, height: 120 };
const GAP = 4;
const palettes = ['mono', 'gray4', 'gameboy', 'eink-red', 'eink-7', 'pico8'];
const samples = ['landscape.jpg', 'bust.jpg'];

const tiles: sharp.OverlayOptions[] = [];
const kinds = dithers.filter((kind) => kind !== 'none');
for (const [s, name] of samples.entries()) {
  const picture = await straightPicture(`${SAMPLES}/${name}`, tile);
  if (!picture) throw new Error(`${SAMPLES}/${name}: expected a picture`);
  for (const [row, dither] of kinds.entries()) {
    for (const [column, palette] of palettes.entries()) {
      const colours = createPalette(namedColours(palette)!);
      const indices = await palettise(picture, colours, { dither, strength: 1 }, noPace);
      const { data } = await imageOfIndices(picture, colours, indices, noPace);
      const input = await sharp(data, { raw: { ...tile, channels: 4 } })
        .png()
        .toBuffer();
      const left = column * (tile.width + GAP);
      tiles.push({ input, left, top: (s * kinds.length + row) * (tile.height + GAP) });
    }
  }
}
const size = {
  width: palettes.length * (tile.width + GAP) - GAP,
  height: samples.length * kinds.length * (tile.height + GAP) - GAP,
};
const sheet = sharp({ create: { ...size, channels: 3, background: '#808080' } }).composite(tiles);
await sheet.webp({ lossless: true, effort: 6 }).toFile(out);
