// Pictures that the isolate cannot hold, decoded by the platform's local emulation of the Images binding.
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { sharedWorker } from '../../helpers/servers/shared-worker.ts';

let worker: BundledWorker;
const plain = await sharedWorker();

beforeAll(async () => {
  worker = await startBundledWorker({}, { images: true });
});

afterAll(() => worker?.close());

const upload = (
  to: Pick<BundledWorker, 'fetch'>,
  plan: string,
  file: Uint8Array,
): Promise<Response> =>
  to.fetch(`/t/${plan}`, { method: 'POST', body: file as Uint8Array<ArrayBuffer> });

/** Four quarters: red, green, blue and nothing. */
async function quarters(width: number, height: number): Promise<sharp.Sharp> {
  const half = { width: width / 2, height: height / 2, channels: 4 as const };
  const part = (background: string) =>
    sharp({ create: { ...half, background } })
      .png()
      .toBuffer();
  const [red, green, blue] = await Promise.all(['red', '#00ff00', 'blue'].map(part));
  return sharp({
    create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  }).composite([
    { input: red!, left: 0, top: 0 },
    { input: green!, left: half.width, top: 0 },
    { input: blue!, left: 0, top: half.height },
  ]);
}

async function cornersOf(file: Uint8Array): Promise<number[][]> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => {
    const first = 4 * (Math.floor(y * info.height) * info.width + Math.floor(x * info.width));
    const [r, g, b, a] = data.subarray(first, first + 4);
    return a! < 5 ? [0, 0, 0, 0] : [r!, g!, b!, a!].map((value) => Math.round(value / 64) * 64);
  };
  return [at(0.2, 0.2), at(0.8, 0.2), at(0.2, 0.8), at(0.8, 0.8)];
}

const [RED, GREEN, BLUE, NOTHING] = [
  [256, 0, 0, 256],
  [0, 256, 0, 256],
  [0, 0, 256, 256],
  [0, 0, 0, 0],
];

describe('with an Images binding', () => {
  it.each([
    ['WebP of 24 megapixels', 6000, 4000, (picture: sharp.Sharp) => picture.webp({ effort: 0 })],
    ['AVIF of 7 megapixels', 3200, 2200, (picture: sharp.Sharp) => picture.avif({ effort: 0 })],
  ])(
    '%s becomes small, with its colours and its transparency',
    async (_, width, height, encode) => {
      const file = new Uint8Array(await encode(await quarters(width, height)).toBuffer());
      const refused = await upload(plain, 'w=400,f=png', file);
      expect([refused.status, refused.headers.get('X-Error')]).toEqual([422, 'over_budget']);
      expect(((await refused.json()) as { detail: string }).detail).toContain(
        'an Images binding (IMAGES) would read it or a GPU backend (GPU_BACKENDS)',
      );
      const response = await upload(worker, 'w=400,f=png', file);
      expect(response.status).toBe(200);
      expect(response.headers.get('Server-Timing')).toMatch(/outside;dur=\d/);
      const body = new Uint8Array(await response.arrayBuffer());
      expect(probe(body)).toMatchObject({ width: 400, height: Math.round((400 * height) / width) });
      expect(await cornersOf(body)).toEqual([RED, GREEN, BLUE, NOTHING]);
    },
  );

  it('a picture that carries an orientation comes upright', async () => {
    const picture = (await quarters(6000, 4000)).withExif({ IFD0: { Orientation: '6' } });
    const file = await picture.withMetadata({ orientation: 6 }).webp({ effort: 0 }).toBuffer();
    const response = await upload(worker, 'h=400,f=png', new Uint8Array(file));
    expect(response.status).toBe(200);
    const body = new Uint8Array(await response.arrayBuffer());
    expect(probe(body)).toMatchObject({ width: Math.round((400 * 4000) / 6000), height: 400 });
    expect(await cornersOf(body)).toEqual([BLUE, RED, NOTHING, GREEN]);
  });

  it('the report tells the header of the file, who decoded it, and what the rest cost', async () => {
    const file = await (await quarters(6000, 4000)).webp({ effort: 0 }).toBuffer();
    const response = await upload(worker, 'w=400,f=json', new Uint8Array(file));
    const report = (await response.json()) as { source: object; cost: { ms: number } };
    expect(report).toMatchObject({
      width: 400,
      height: 267,
      source: { format: 'webp', width: 6000, height: 4000, decoder: 'outside' },
    });
    expect(report.cost.ms).toBeLessThan(200);
  });

  it('pictures that fit the isolate stay there, and the calls are counted', async () => {
    const small = await (await quarters(600, 400)).webp().toBuffer();
    const response = await upload(worker, 'w=200,f=png', new Uint8Array(small));
    expect(response.headers.get('Server-Timing')).not.toContain('outside');
    const metrics = await (await worker.fetch('/metrics')).text();
    expect(metrics).toMatch(/tessera_outside_total\{result="ok"\} [1-9]/);
    expect(await (await plain.fetch('/metrics')).text()).toContain(
      'tessera_outside_total{result="ok"} 0',
    );
  });

  it('a file that is damaged behind its header harms no other request', async () => {
    const file = new Uint8Array(await (await quarters(6000, 4000)).webp({ effort: 0 }).toBuffer());
    file.fill(0, 60);
    const response = await upload(worker, 'w=400,f=png', file);
    expect([response.status, response.headers.get('X-Error')]).toEqual([
      503,
      'backend_unavailable',
    ]);
    expect(
      (
        await upload(
          worker,
          'w=200,f=png',
          new Uint8Array(await (await quarters(600, 400)).png().toBuffer()),
        )
      ).status,
    ).toBe(200);
  });
});
