import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { psnr } from '../helpers/files/big-photos.ts';
import { paint } from '../helpers/files/pictures.ts';
import { startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { sharedWorker } from '../helpers/servers/shared-worker.ts';

const worker = await sharedWorker();
let photo: Uint8Array;

const size = { width: 160, height: 120 };
const pixels = paint(size, (x, y) => [
  128 + 100 * Math.sin(x / 20),
  128 + 100 * Math.cos(y / 15),
  (x + y) % 256,
]);
const raw = { raw: { ...size, channels: 4 } } as const;

beforeAll(async () => {
  photo = await sharp(pixels.data, raw).png().toBuffer();
});

const upload = (plan: string, file = photo, headers = {}): Promise<Response> =>
  worker.fetch(`/t/${plan}`, {
    method: 'POST',
    body: file as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/x', ...headers },
  });

async function bytesOf(response: Response): Promise<Uint8Array> {
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

const typeOf = (response: Response): string | null => response.headers.get('content-type');

const rgba = (file: Uint8Array): Promise<Buffer> => sharp(file).ensureAlpha().raw().toBuffer();

/** A far larger picture, of one colour each half. */
const wide = (width: number, height: number): Promise<Buffer> =>
  sharp(photo).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();

describe('AVIF', () => {
  it('is written if it is asked for by name', async () => {
    const response = await upload('w=100,h=80,fit=cover,f=avif', photo, { Accept: 'image/png' });
    expect(typeOf(response)).toBe('image/avif');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="upload.avif"');
    const file = await bytesOf(response);
    const { format, width, height } = probe(file);
    expect([format, width, height]).toEqual(['avif', 100, 80]);
    const png = await bytesOf(await upload('w=100,h=80,fit=cover,f=png'));
    expect(psnr(await rgba(file), await rgba(png))).toBeGreaterThan(34);
  });

  it('is chosen by auto for small results, and WebP for large ones', async () => {
    const Accept = 'image/avif,image/webp,image/*;q=0.8';
    const small = await upload('w=96', photo, { Accept });
    expect([typeOf(small), small.headers.get('vary')]).toEqual(['image/avif', 'Accept']);
    expect(probe(await bytesOf(small)).format).toBe('avif');
    const large = await upload('w=1600', await wide(1600, 1200), { Accept });
    expect(typeOf(large)).toBe('image/webp');
    const { format, width, height } = probe(await bytesOf(large));
    expect([format, width, height]).toEqual(['webp', 1600, 1200]);
    const refused = await upload('w=96', photo, { Accept: 'image/avif;q=0,image/webp' });
    expect(typeOf(refused)).toBe('image/webp');
  });

  it('is written in any size that fits, by name', async () => {
    const response = await upload('w=640,f=avif', await wide(640, 480));
    expect(typeOf(response)).toBe('image/avif');
    expect(probe(await bytesOf(response)).width).toBe(640);
  });

  it('is read', async () => {
    const file = await sharp(pixels.data, raw).avif({ quality: 90 }).toBuffer();
    const png = await bytesOf(await upload('f=png', file));
    expect(probe(png)).toMatchObject({ format: 'png', ...size });
    expect(psnr(await rgba(png), pixels.data)).toBeGreaterThan(34);
  });

  it('keeps transparency', async () => {
    const clear = paint({ width: 64, height: 48 }, (x) => [200, 40, 90, x < 32 ? 0 : 255]);
    const image = { raw: { width: 64, height: 48, channels: 4 } } as const;
    const file = await sharp(clear.data, image).png().toBuffer();
    const answer = await rgba(await bytesOf(await upload('f=avif', file)));
    const alphas = Array.from({ length: 64 }, (_, x) => answer[4 * (24 * 64 + x) + 3] as number);
    expect(Math.max(...alphas.slice(0, 30))).toBeLessThan(8);
    expect(Math.min(...alphas.slice(34))).toBeGreaterThan(247);
  });
});

describe('a placeholder', () => {
  it('is a BlurHash as text', async () => {
    const response = await upload('f=blurhash');
    expect(typeOf(response)).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="upload.txt"');
    const hash = new TextDecoder().decode(await bytesOf(response));
    const digits =
      '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';
    expect([...hash].every((digit) => digits.includes(digit))).toBe(true);
    // The first digit tells the components across and down, two digits are for each but the first.
    const flag = digits.indexOf(hash[0] as string);
    expect(hash.length).toBe(4 + 2 * ((flag % 9) + 1) * (Math.floor(flag / 9) + 1));
  });

  it('is a ThumbHash as Base64 text', async () => {
    const response = await upload('f=thumbhash');
    expect(typeOf(response)).toBe('text/plain; charset=utf-8');
    const text = new TextDecoder().decode(await bytesOf(response));
    expect(text).toMatch(/^[A-Za-z0-9+/_-]+={0,2}$/);
    const length = Buffer.from(text, 'base64').length;
    expect(length).toBeGreaterThanOrEqual(5);
    expect(length).toBeLessThanOrEqual(40);
  });

  it('describes the result of the plan, and is the same for the same picture', async () => {
    const hash = async (plan: string): Promise<string> =>
      new TextDecoder().decode(await bytesOf(await upload(plan)));
    for (const f of ['blurhash', 'thumbhash']) {
      expect(await hash(`f=${f}`)).toBe(await hash(`f=${f}`));
      expect(await hash(`flip=h/f=${f}`)).not.toBe(await hash(`f=${f}`));
    }
  });

  it('of a source is stored under a tag of its own', async () => {
    const path = (f: string): string => `/t/f=${f}/asset:chess.jpg`;
    const [a, b] = [await worker.fetch(path('blurhash')), await worker.fetch(path('thumbhash'))];
    expect(a.headers.get('etag')).not.toBe(b.headers.get('etag'));
    const text = await a.text();
    await b.text();
    const again = await worker.fetch(path('blurhash'), { headers: { Accept: 'image/avif' } });
    expect([again.headers.get('cache-status'), await again.text()]).toEqual([
      expect.stringMatching(/^tessera; hit; ttl=\d+$/),
      text,
    ]);
  });
});

describe('numbers instead of a picture', () => {
  type Report = {
    width: number;
    height: number;
    source: { format: string };
    cost: { ms: number; budget: number };
    steps: { name: string; steps?: number; losses?: { step: number }[] }[];
  };

  it('report size, source, cost and the automatic steps', async () => {
    const response = await upload('hybrid,far=asset:bust.jpg,mode=reference/f=json');
    expect(typeOf(response)).toBe('application/json');
    const report = JSON.parse(new TextDecoder().decode(await bytesOf(response))) as Report;
    expect(report).toMatchObject({ ...size, source: { format: 'png', ...size } });
    expect(report.cost.budget).toBe(2000);
    expect(report.cost.ms).toBeGreaterThan(0);
    expect(report.cost.ms).toBeLessThanOrEqual(2000 / 1.5);
    const [cost, taken] = /^estimate=\d+, budget=2000, steps=(\d+)$/.exec(
      response.headers.get('x-cost') as string,
    ) as RegExpExecArray;
    // The report rounds to tenths, the header up to whole milliseconds.
    const estimate = Number(/estimate=(\d+)/.exec(cost)?.[1]);
    expect(estimate).toBeGreaterThanOrEqual(report.cost.ms - 0.05);
    expect(estimate).toBeLessThan(report.cost.ms + 1.05);
    expect(Number(taken)).toBeGreaterThan(0);
    expect(report.steps.map(({ name }) => name)).toEqual(['hybrid']);
    expect(report.steps[0]?.losses?.at(-1)?.step).toBe(Number(taken));
  });

  it('are sent whatever the client accepts', async () => {
    const response = await upload('w=20,f=json', photo, { Accept: 'image/avif' });
    expect([response.status, typeOf(response)]).toEqual([200, 'application/json']);
  });
});

describe('automatic steps under a small budget', () => {
  it('are fewer, and the answer reports the number', async () => {
    const poor = await startBundledWorker({ EDGE_BUDGET_MS: '150' });
    try {
      const path = '/t/w=64/hybrid,far=asset:bust.jpg,mode=reference/f=json/asset:chess.jpg';
      const steps = async (response: Response): Promise<number> => {
        expect(response.status).toBe(200);
        await response.text();
        return Number(/steps=(\d+)$/.exec(response.headers.get('x-cost') ?? '')?.[1]);
      };
      const [few, many] = [
        await steps(await poor.fetch(path)),
        await steps(await worker.fetch(path)),
      ];
      expect(few).toBeGreaterThan(0);
      expect(few).toBeLessThan(many);
    } finally {
      await poor.close();
    }
  });
});
