// Palettes of few colours through the bundled Worker: the light of flat pictures, of photographs, and of ramps.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { lightOf } from '../../../src/tensor/colour/chroma.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { namedColours } from '../../../src/tensor/palette/names.ts';
import { paint, pixelAt } from '../../helpers/files/pictures.ts';
import { sharedWorker } from '../../helpers/servers/shared-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const worker = await sharedWorker();

const cases = async (name: string) =>
  new Uint8Array(await readFile(new URL(`../../cases/effects/${name}`, import.meta.url)));

/** The answer to an upload. */
async function sent(plan: string, body: Uint8Array<ArrayBuffer>): Promise<Image> {
  const response = await worker.fetch(`/t/${plan}/f=png`, { method: 'POST', body });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([plan, response.status]).toEqual([plan, 200]);
  return codecs.png.decode(bytes);
}

/** Luminance of each pixel. */
const lightsIn = ({ data }: Image): Float64Array => {
  const at = (i: number): number => linearOfByte[data[i]!]!;
  return Float64Array.from({ length: data.length / 4 }, (_, p) =>
    lightOf(at(4 * p), at(4 * p + 1), at(4 * p + 2)),
  );
};
const meanOf = (values: Float64Array): number =>
  values.reduce((sum, v) => sum + v, 0) / values.length;

const ofList = (name: string): string[] => namedColours(name) ?? name.split('~');
/** Least and most luminance of a palette, and the largest step between neighbouring ones. */
function lightsOf(palette: string) {
  const colours = ofList(palette).map((hex) =>
    [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)),
  );
  const lights = [...lightsIn(paint({ width: colours.length, height: 1 }, (x) => colours[x]!))];
  return { least: Math.min(...lights), most: Math.max(...lights) };
}

const palettes = [
  'mono',
  'gray4',
  'gameboy',
  '000000~ffffff~ff0000',
  'eink-red',
  'eink-yellow',
  'eink-7',
];
/** How many shares of two colours a dither has. */
const steps = { bayer2: 4, bayer4: 16, bayer8: 64, 'blue-noise': 256, 'floyd-steinberg': 64 };

describe('flat colours', () => {
  it.each(
    palettes.flatMap((palette) =>
      (Object.keys(steps) as (keyof typeof steps)[]).map((dither) => [palette, dither] as const),
    ),
  )('keep their luminance with %s and %s', async (palette, dither) => {
    const { least, most } = lightsOf(palette);
    for (const file of ['c_yellow.png', 'c_red.png']) {
      const body = await cases(file);
      const [light] = lightsIn(await codecs.png.decode(body));
      const wanted = Math.min(most, Math.max(least, light!));
      const result = await sent(`pixelate,block=1,palette=${palette},dither=${dither}`, body);
      const halfStep = (0.5 * (most - least)) / steps[dither];
      expect(Math.abs(meanOf(lightsIn(result)) - wanted)).toBeLessThanOrEqual(halfStep + 0.006);
    }
  });

  it.each(palettes)(
    'are a little too light with %s and atkinson, which loses a part',
    async (palette) => {
      const { least, most } = lightsOf(palette);
      for (const file of ['c_yellow.png', 'c_red.png']) {
        const body = await cases(file);
        const [light] = lightsIn(await codecs.png.decode(body));
        const wanted = Math.min(most, Math.max(least, light!));
        const result = await sent(`pixelate,block=1,palette=${palette},dither=atkinson`, body);
        expect(meanOf(lightsIn(result)) / wanted).toBeGreaterThan(0.95);
        expect(meanOf(lightsIn(result)) / wanted).toBeLessThan(1.28);
      }
    },
  );
});

describe('photographs', () => {
  /** As files of 192×144, and their pixels. */
  const photographs: { file: Uint8Array<ArrayBuffer>; before: Image }[] = [];

  beforeAll(async () => {
    for (const name of ['bust.jpg', 'chess.jpg', 'landscape.jpg']) {
      const path = new URL(`../../../public/samples/${name}`, import.meta.url);
      const before = await sent('w=192,h=144,fit=cover', new Uint8Array(await readFile(path)));
      const file = new Uint8Array(await codecs.png.encode(before, { quality: 100 }));
      photographs.push({ file, before });
    }
  });

  it.each(
    palettes.flatMap((palette) =>
      [...Object.keys(steps), 'atkinson']
        .filter((dither) => dither !== 'bayer2' || palette === 'gray4' || palette === 'gameboy')
        .map((dither) => [palette, dither] as const),
    ),
  )('keep their light as a whole and in parts with %s and %s', async (palette, dither) => {
    const { least, most } = lightsOf(palette);
    for (const { file, before } of photographs) {
      const after = await sent(`pixelate,block=1,palette=${palette},dither=${dither}`, file);
      const wanted = lightsIn(before).map((v) => Math.min(most, Math.max(least, v)));
      const shown = lightsIn(after);
      const ratio = meanOf(shown) / meanOf(wanted);
      if (dither === 'atkinson') {
        expect(ratio).toBeGreaterThan(0.95);
        expect(ratio).toBeLessThan(1.27);
        continue;
      }
      // Sixteen steps from black to white lose shadows below half a step.
      const isCoarse = dither === 'bayer4' && palette !== 'gray4' && palette !== 'gameboy';
      expect(Math.abs(ratio - 1)).toBeLessThan(isCoarse ? 0.05 : 0.03);
      expect(largestBlock(shown, wanted, before.width)).toBeLessThan(0.06);
    }
  });
});

/** The largest difference of mean light of a block of 16×16. */
function largestBlock(a: Float64Array, b: Float64Array, width: number): number {
  let largest = 0;
  for (let top = 0; top + 16 <= a.length / width; top += 16) {
    for (let left = 0; left + 16 <= width; left += 16) {
      let sum = 0;
      for (let i = 0; i < 256; i++) {
        const p = (top + (i >> 4)) * width + left + (i & 15);
        sum += a[p]! - b[p]!;
      }
      largest = Math.max(largest, Math.abs(sum / 256));
    }
  }
  return largest;
}

describe('ramps', () => {
  const plan = 'pixelate,block=1,palette=707070~989898,dither=bayer4';

  it('switch a cell on once and never off', async () => {
    const body = await cases('rampnear_n.png');
    const before = await codecs.png.decode(body);
    const after = await sent(plan, body);
    // For each place of the pattern the lightest level that is dark, and the darkest that is light.
    for (let place = 0; place < 16; place++) {
      let [dark, light] = [0, 255];
      for (let y = place >> 2; y < before.height; y += 4) {
        for (let x = place & 3; x < before.width; x += 4) {
          const level = pixelAt(before, x, y)[0]!;
          if (pixelAt(after, x, y)[0] === 0x70) dark = Math.max(dark, level);
          else light = Math.min(light, level);
        }
      }
      expect(dark).toBeLessThan(light);
    }
  });

  it('have no clumps of 2×2 at half tone', async () => {
    // The level half-way in light between the two colours.
    const half = paint({ width: 64, height: 64 }, () => [134, 134, 134]);
    const after = await sent(plan, new Uint8Array(await codecs.png.encode(half, { quality: 100 })));
    for (let y = 0; y < 63; y++) {
      for (let x = 0; x < 63; x++) {
        const four = [0, 1].flatMap((j) => [0, 1].map((i) => pixelAt(after, x + i, y + j)[0]!));
        expect(new Set(four).size).toBe(2);
      }
    }
  });
});

describe('pictures in a palette', () => {
  const photo = 'asset:landscape.jpg';

  it('have the colours of the palette for every Accept, and no more bytes than as PNG', async () => {
    const plan = 'w=512/pixelate,columns=128,palette=pico8,dither=bayer4';
    const png = await worker.fetch(`/t/${plan}/f=png/${photo}`);
    const most = (await png.arrayBuffer()).byteLength;
    const allowed = new Set(ofList('pico8'));
    for (const accept of [
      'image/avif,image/webp,*/*;q=0.8',
      'image/webp,*/*',
      'image/jpeg',
      '*/*',
    ]) {
      const response = await worker.fetch(`/t/${plan}/${photo}`, { headers: { Accept: accept } });
      const type = response.headers.get('content-type');
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect([accept, response.status, bytes.length <= most]).toEqual([accept, 200, true]);
      const { data } = await codecs[type === 'image/webp' ? 'webp' : 'png'].decode(bytes);
      const found = new Set<string>();
      for (let i = 0; i < data.length; i += 4) {
        found.add([0, 1, 2].map((c) => data[i + c]!.toString(16).padStart(2, '0')).join(''));
      }
      expect([...found].filter((hex) => !allowed.has(hex))).toEqual([]);
    }
  });
});
