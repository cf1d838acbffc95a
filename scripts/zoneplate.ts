// Renders public/samples/zoneplate.png, a test picture for resampling: `node scripts/zoneplate.ts`.
import { writeFile } from 'node:fs/promises';
import { encodePng } from '../src/codecs/png/write/encode.ts';
import { createImage, type Image } from '../src/image.ts';
import { readArguments } from './command-line.ts';

/** A square of `edge` px of grey rings, phase πr²/edge: the frequency grows with the radius and reaches Nyquist at the middle of each edge. */
export function zoneplate(edge: number): Image {
  const image = createImage({ width: edge, height: edge });
  for (let y = 0, at = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++, at += 4) {
      const squaredRadius = (x - edge / 2) ** 2 + (y - edge / 2) ** 2;
      const grey = Math.round(127.5 + 127.5 * Math.cos((Math.PI * squaredRadius) / edge));
      image.data.set([grey, grey, grey, 255], at);
    }
  }
  return image;
}

if (import.meta.main) {
  readArguments('usage: node scripts/zoneplate.ts', {});
  const file = new URL('../public/samples/zoneplate.png', import.meta.url);
  await writeFile(file, await encodePng(zoneplate(512)));
}
