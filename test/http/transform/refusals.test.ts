import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  makeJpegHeader,
  pngChunk,
  pngHeader,
} from '../../helpers/files/make-image-files.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  countingCodecs,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';

const real = await loadCodecs();
const small = await real.png.encode(
  paint({ width: 64, height: 48 }, (x, y) => [4 * x, 5 * y, 0]),
  { quality: 85 },
);
const pngOf = (width: number, height: number): Uint8Array =>
  bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader({ width, height })),
    pngChunk('IDAT'),
    pngChunk('IEND'),
  );

const pictures: Record<string, Uint8Array> = {
  [`${PICTURES}small.png`]: small,
  [`${PICTURES}wide.png`]: pngOf(100_000, 100_000),
  [`${PICTURES}scan.tif`]: bytesOf('II', [42, 0, 8, 0, 0, 0]),
  [`${PICTURES}huge.jpg`]: makeJpegHeader({ width: 9000, height: 9000, frame: 0xc2 }),
  [`${PICTURES}text.png`]: bytesOf('not a picture at all'),
};
const far = asOption(`${PICTURES}small.png`);
const wideFar = asOption(`${PICTURES}wide.png`);

const refusals: [string, string, string, number, string][] = [
  ['too many steps', `hybrid,far=${far},steps=100000`, 'small.png', 422, 'over_budget'],
  ['too little memory', 'w=1500,f=webp', 'huge.jpg', 422, 'over_budget'],
  ['a source too large', 'w=8', 'wide.png', 422, 'too_many_pixels'],
  ['a further picture too large', `hybrid,far=${wideFar}`, 'small.png', 422, 'too_many_pixels'],
  ['a result too large', 'w=9000,h=9000,fit=cover', 'small.png', 422, 'too_many_pixels'],
  [
    'an intermediate size too large',
    'w=9000,h=9000,fit=cover/w=8',
    'small.png',
    422,
    'too_many_pixels',
  ],
  ['a format without decoder', 'w=8', 'scan.tif', 415, 'format_unsupported'],
  ['no picture', 'w=8', 'text.png', 415, 'not_an_image'],
];

describe('a refusal', () => {
  it.each(refusals)('for %s decodes no pixel', async (_, plan, name, status, code) => {
    const { codecs, counts } = countingCodecs(real);
    const service = createInMemoryService({ codecs, pictures });
    const response = await service.ask(`/t/${plan}/${PICTURES}${name}`);
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
    const upload = !plan.includes('far=') && {
      method: 'POST',
      body: pictures[`${PICTURES}${name}`] as Uint8Array<ArrayBuffer>,
      headers: { 'Content-Type': 'image/x' },
    };
    if (upload) expect((await service.ask(`/t/${plan}`, upload)).headers.get('x-error')).toBe(code);
    expect(counts).toEqual({ decoded: 0, encoded: 0 });
    expect(service.keys()).toEqual([]);
    expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0, bytes: 0 });
  });

  it('differs from finished work, which is decoded once and then comes from the cache', async () => {
    const { codecs, counts } = countingCodecs(real);
    const service = createInMemoryService({ codecs, pictures });
    const url = `/t/w=8,f=webp/${PICTURES}small.png`;
    const first = await service.ask(url);
    expect([first.status, counts]).toEqual([200, { decoded: 1, encoded: 1 }]);
    expect((await service.ask(url)).headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    const headers = { 'If-None-Match': first.headers.get('etag') as string };
    expect((await service.ask(url, { headers })).status).toBe(304);
    expect(counts).toEqual({ decoded: 1, encoded: 1 });
  });
});

describe('a full queue', () => {
  it('refuses further work as busy without decoding, while stored answers are sent and waiting requests are finished', async () => {
    let open = (): void => {};
    let waiting = false;
    const gateOpens = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { codecs, counts } = countingCodecs(real, async () => {
      if (waiting) await gateOpens;
    });
    const gateLimits = { maxLight: 1, maxQueued: 2 };
    const service = createInMemoryService({ codecs, pictures, gateLimits });
    const stored = `/t/w=9/${PICTURES}small.png`;
    expect((await service.ask(stored)).status).toBe(200);

    waiting = true;
    const asked = Array.from({ length: 10 }, (_, i) =>
      service.ask(`/t/w=${10 + i}/${PICTURES}small.png`),
    );
    const refused: Response[] = [];
    for (const one of asked) one.then((answer) => answer.status === 429 && refused.push(answer));
    await expect.poll(() => refused.length).toBe(7);
    expect(counts.decoded).toBe(2);
    expect(service.gate.state()).toMatchObject({ light: 1, queued: 2, refused: 7 });
    for (const { headers } of refused) {
      expect([headers.get('x-error'), headers.get('cache-control')]).toEqual(['busy', 'no-store']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect((await service.ask(stored)).headers.get('cache-status')).toMatch(
      /^tessera; hit; ttl=\d+$/,
    );
    expect((await service.ask('/health')).status).toBe(200);

    open();
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(3).fill(200), ...Array(7).fill(429)]);
    expect(counts.decoded).toBe(4);
    expect(service.gate.state()).toMatchObject({ light: 0, queued: 0, bytes: 0 });
  });
});
