// Small effects that failed once, each through the bundled Worker.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { linearOfByte } from '../../../src/tensor/colour/colour.ts';
import { luminanceOf } from '../../../src/tensor/colour/luma.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
let worker: BundledWorker;

beforeAll(async () => {
  worker = await startBundledWorker();
}, 60_000);

afterAll(() => worker?.close());

const read = (name: string) => readFile(new URL(`../../cases/${name}`, import.meta.url));

async function sent(plan: string, body: Uint8Array): Promise<Image> {
  const response = await worker.fetch(`/t/${plan},f=png`, { method: 'POST', body });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([plan, response.status]).toEqual([plan, 200]);
  return codecs.png.decode(bytes);
}

/** Hue in OKLab, in degrees. */
function hueAt({ data }: Image, pixel: number): number {
  const lab = new Float64Array(3);
  const [r, g, b] = [0, 1, 2].map((c) => linearOfByte[data[4 * pixel + c]!]!);
  doubledOklab(r!, g!, b!, lab);
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
      const light = luminanceOf(after.data, 4 * p) / luminanceOf(before.data, 4 * p);
      expect(Math.abs(light - 1)).toBeLessThan(0.05);
    }
  });
});

describe('trim', () => {
  it.each(['trim=border', 'trim=border,trim.border.color=white,trim.border.tolerance=40'])(
    '%s leaves the photograph of a scan',
    async (plan) => {
      const { width, height } = await sent(plan, await read('requests/trimscan.jpg'));
      expect(Math.abs(width - 140)).toBeLessThanOrEqual(2);
      expect(Math.abs(height - 120)).toBeLessThanOrEqual(2);
    },
  );
});
