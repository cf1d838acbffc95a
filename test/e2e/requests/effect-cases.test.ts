// Small effects that failed once, each through the bundled Worker.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { lightOf } from '../../../src/tensor/colour/chroma.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { sharedWorker } from '../../helpers/servers/shared-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const worker = await sharedWorker();

const read = async (name: string) =>
  new Uint8Array(await readFile(new URL(`../../cases/${name}`, import.meta.url)));

async function sent(plan: string, body: Uint8Array<ArrayBuffer>): Promise<Image> {
  const response = await worker.fetch(`/t/${plan},f=png`, { method: 'POST', body });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([plan, response.status]).toEqual([plan, 200]);
  return codecs.png.decode(bytes);
}

/** Linear light of a pixel. */
const linearAt = ({ data }: Image, pixel: number) =>
  [0, 1, 2].map((c) => linearOfByte[data[4 * pixel + c]!]!) as [number, number, number];

/** Hue in OKLab, in degrees. */
function hueAt(image: Image, pixel: number): number {
  const lab = new Float64Array(3);
  doubledOklab(...linearAt(image, pixel), lab);
  return (Math.atan2(lab[2]!, lab[1]!) * 180) / Math.PI;
}

describe('saturation', () => {
  it.each([1.5, 3, 10])('keeps hue and luminance of strong colours at %d', async (factor) => {
    const body = await read('effects/patches.png');
    const before = await codecs.png.decode(body);
    const after = await sent(`saturation=${factor}`, body);
    for (let p = 0; p < before.width; p++) {
      const turn = Math.abs(hueAt(before, p) - hueAt(after, p));
      expect(Math.min(turn, 360 - turn)).toBeLessThan(5);
      const light = lightOf(...linearAt(after, p)) / lightOf(...linearAt(before, p));
      expect(Math.abs(light - 1)).toBeLessThan(0.05);
    }
  });
});

describe('trim', () => {
  it('leaves the photograph of a scan alone, by tolerance and by colour', async () => {
    const scan = await read('requests/trimscan.jpg');
    for (const options of ['tolerance=20', 'color=white,trim.border.tolerance=40']) {
      const { width, height } = await sent(`trim=border,trim.border.${options}`, scan);
      expect([options, width, height]).toEqual([options, 140, 120]);
    }
    // The usual tolerance leaves a few rows of the file's coding around it.
    const { width, height } = await sent('trim=border', scan);
    expect([width >= 140, width <= 142, height >= 120, height <= 125]).toEqual(Array(4).fill(true));
  });
});

describe('hybrid', () => {
  it.each(['hybrid', 'w=64/hybrid'])(
    'shows nothing of colours under an alpha of 0, of either picture: %s',
    async (plan) => {
      const photo = await readFile(new URL('../../../public/samples/chess.jpg', import.meta.url));
      const sprites = [
        await read('effects/sprite_magenta.png'),
        await read('effects/sprite_white.png'),
      ];
      const blended = async (image: Uint8Array, far: Uint8Array) => {
        const body = new FormData();
        body.set('image', new Blob([new Uint8Array(image)]));
        body.set('far', new Blob([new Uint8Array(far)]));
        const response = await worker.fetch(`/t/${plan}/f=png`, { method: 'POST', body });
        expect([plan, response.status]).toEqual([plan, 200]);
        return new Uint8Array(await response.arrayBuffer());
      };
      const [magenta, white] = sprites as [Uint8Array, Uint8Array];
      expect(await blended(magenta, photo)).toEqual(await blended(white, photo));
      const small = await sent('w=128', new Uint8Array(photo));
      const near = new Uint8Array(await codecs.png.encode(small, { quality: 100 }));
      expect(await blended(near, magenta)).toEqual(await blended(near, white));
    },
  );
});
