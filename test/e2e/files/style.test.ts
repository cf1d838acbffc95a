// Pictures that fast style transfer painted badly once, through the bundled Worker with the real networks; skipped without their files.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Area, linesOf, spreadOf } from '../../../bench/quality/strokes.ts';
import type { Image } from '../../../src/image.ts';
import { srgbToLinear } from '../../../src/srgb.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { fastStyleFiles } from '../../helpers/files/fast-style-files.ts';
import { mirroredAssets } from '../../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';

const STYLES = ['painting.jpg', 'drawing.png'];

const fileOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const caseFile = (name: string) => fileOf(`../../cases/style/${name}`);
const sample = (name: string) => fileOf(`../../../public/samples/${name}`);

async function decoded(bytes: ArrayBuffer | Uint8Array): Promise<Image> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** Lightness in OKLab of every pixel, row by row. */
function lightnessOf({ data }: Image): Float32Array {
  const lab = new Float32Array(3);
  return Float32Array.from({ length: data.length / 4 }, (_, p) => {
    const [r = 0, g = 0, b = 0] = [0, 1, 2].map((c) => srgbToLinear(data[4 * p + c]! / 255));
    doubledOklab(r, g, b, lab);
    return lab[0]!;
  });
}

const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe.skipIf(!fastStyleFiles)('fast style transfer with the real networks', () => {
  let folder: string;
  let worker: BundledWorker;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'));
    await mirroredAssets(folder, ['fast-style', 'fast-style-predictor']);
    worker = await startBundledWorker({}, { assets: folder });
  });
  afterAll(async () => {
    await worker?.close();
    await rm(folder, { recursive: true });
  });

  async function styled(body: Uint8Array<ArrayBuffer>, options: string): Promise<Image> {
    const response = await worker.fetch(`/t/${options}/f=png`, { method: 'POST', body });
    expect(response.status, await response.clone().text()).toBe(200);
    return decoded(await response.arrayBuffer());
  }

  it.each(STYLES)(
    'paints gradients of single levels as strokes, in the style of %s',
    async (style) => {
      for (const [name, area] of [
        // The part above the horizon.
        ['sky.png', { left: 0, top: 0, width: 512, height: 260 }],
        ['near_ramp.png', { left: 0, top: 0, width: 256, height: 192 }],
      ] as [string, Area][]) {
        const image = await styled(caseFile(name), `style,style=asset:${style}`);
        for (const along of ['rows', 'columns'] as const) {
          const { between, within } = spreadOf(linesOf(image, area, along));
          expect(between, `${name}, ${along}`).toBeLessThan(Math.max(3, within));
        }
      }
    },
  );

  it.each(STYLES)(
    'leaves a logo’s white ground light and without a halo, in the style of %s',
    async (style) => {
      const pixels = lightnessOf(await decoded(sample(style))).sort();
      const light = pixels[Math.floor(0.6 * pixels.length)]!;
      const logo = await decoded(caseFile('logo.png'));
      const lightness = lightnessOf(
        await styled(caseFile('logo.png'), `style,style=asset:${style}`),
      );
      const ground = lightness.filter((_, p) => logo.data[4 * p + 1] === 255);
      expect(ground.length).toBeGreaterThan(0.8 * lightness.length);
      expect(Math.min(...ground)).toBeGreaterThan(light - 1e-3);
      expect(Math.max(...ground) - Math.min(...ground)).toBeLessThan(0.12);
      const rest = lightness.filter((_, p) => logo.data[4 * p + 1] !== 255);
      expect(mean(rest)).toBeLessThan(mean(ground) - 0.12);
    },
  );

  it('keeps a transparent ground clear', async () => {
    const image = await styled(sample('sticker.png'), 'w=128/style,style=asset:painting.jpg');
    const [corner, alphas] = [image.data.slice(0, 4), image.data.filter((_, i) => i % 4 === 3)];
    expect([...corner]).toEqual([0, 0, 0, 0]);
    expect(Math.max(...alphas)).toBe(255);
  });

  it.each(STYLES)(
    'keeps the content’s mean lightness with color=content, in the style of %s',
    async (style) => {
      for (const name of ['bust.jpg', 'landscape.jpg']) {
        const image = await styled(sample(name), `w=192/style,style=asset:${style},color=content`);
        const own = mean(lightnessOf(await decoded(sample(name))));
        expect(Math.abs(mean(lightnessOf(image)) - own), name).toBeLessThan(0.08);
      }
    },
  );
});
