import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { readConfig } from '../../../src/config.ts';
import { effects } from '../../../src/effects/index.ts';
import { placeholderSize } from '../../../src/http/transform/onerror.ts';
import { formatPlan, parsePlan } from '../../../src/plan/grammar.ts';
import {
  bytesOf,
  makeJpegHeader,
  pngChunk,
  pngHeader,
} from '../../helpers/files/make-image-files.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const sound = await codecs.png.encode(
  paint({ width: 32, height: 24 }, (x, y) => [8 * x, 8 * y, 0]),
  { quality: 85 },
);
const far = Buffer.from(`${PICTURES}sound.png`).toString('base64url');
const pictures: Record<string, Uint8Array> = {
  [`${PICTURES}sound.png`]: sound,
  [`${PICTURES}text.png`]: bytesOf('no picture'),
  [`${PICTURES}cut.png`]: sound.subarray(0, sound.length - 30),
  [`${PICTURES}wide.png`]: bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader({ width: 100_000, height: 100_000 })),
    pngChunk('IDAT'),
    pngChunk('IEND'),
  ),
  [`${PICTURES}huge.jpg`]: makeJpegHeader({ width: 9000, height: 9000, frame: 0xc2 }),
  [`${PICTURES}long.png`]: bytesOf(sound, new Uint8Array(200_001)),
};
const service = (vars: Record<string, string> = {}) =>
  createInMemoryService({ codecs, pictures, vars: { MAX_SOURCE_BYTES: '200000', ...vars } });
const bodyOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
const failure = ({ headers }: Response): (string | null)[] => [
  headers.get('x-status'),
  headers.get('x-error'),
];

const failures: [string, string, string, string][] = [
  ['w=40,h=30', 'gone.png', '404', 'source_missing'],
  ['w=40,h=30', 'text.png', '415', 'not_an_image'],
  ['w=40,h=30', 'cut.png', '422', 'undecodable'],
  ['w=40,h=30', 'wide.png', '422', 'too_many_pixels'],
  ['w=40,h=30', 'long.png', '413', 'too_many_bytes'],
  [`w=40,h=30/hybrid,far=b64:${far},steps=100000`, 'sound.png', '422', 'over_budget'],
];

describe('onerror=placeholder', () => {
  it.each(failures)(
    'for %s and %s answers with a picture and %s %s',
    async (plan, name, ...told) => {
      const { ask, keys } = service();
      const response = await ask(`/t/${plan}/f=webp,onerror=placeholder/${PICTURES}${name}`);
      expect([response.status, ...failure(response)]).toEqual([200, ...told]);
      const { headers } = response;
      expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
        'image/webp',
        'no-store',
      ]);
      // The format is named in the URL.
      expect([headers.get('vary'), headers.get('etag')]).toEqual([null, null]);
      const { width, height } = probe(await bodyOf(response));
      expect([width, height]).toEqual([40, 30]);
      const plain = await ask(`/t/${plan}/f=webp/${PICTURES}${name}`);
      expect([String(plain.status), plain.headers.get('x-error')]).toEqual(told);
      expect(keys().length).toBeLessThan(2);
    },
  );

  it('has one grey everywhere', async () => {
    const response = await service().ask(`/t/w=9,h=7,f=png,onerror=placeholder/${PICTURES}gone`);
    const { data } = await codecs.png.decode(await bodyOf(response));
    const greys = new Set([0, 1, 2].map((c) => data[c]));
    expect(greys.size).toBe(1);
    expect(
      new Set(Array.from({ length: 63 }, (_, i) => data.subarray(4 * i, 4 * i + 4).join())).size,
    ).toBe(1);
    expect(data[3]).toBe(255);
  });

  it('follows Accept, and HEAD has the same headers', async () => {
    const path = `/t/w=8,onerror=placeholder/${PICTURES}gone.png`;
    const headers = { Accept: 'image/avif,image/webp,*/*;q=0.1' };
    const got = await service().ask(path, { headers });
    expect(['image/avif', 'image/webp']).toContain(got.headers.get('content-type'));
    const head = await service().ask(path, { headers, method: 'HEAD' });
    expect(failure(head)).toEqual(failure(got));
  });

  it.each([
    ['w=0,onerror=placeholder', `${PICTURES}gone.png`, 'bad_option'],
    ['wobble/onerror=placeholder', `${PICTURES}gone.png`, 'unknown_effect'],
    ['w=8,onerror=placeholder', 'https://elsewhere.example/x.png', 'source_forbidden'],
    ['w=8,onerror=placeholder', 'ftp://pictures.example/x.png', 'bad_source'],
    ['w=8,onerror=placeholder', 'r2:x', 'source_forbidden'],
    ['w=8,onerror=placeholder,exp=1', `${PICTURES}gone.png`, 'expired'],
    [
      'style,engine=vgg19,style=asset:a.png/onerror=placeholder',
      `${PICTURES}gone.png`,
      'backend_unavailable',
    ],
    ['w=8,f=json,onerror=placeholder', `${PICTURES}gone.png`, 'source_missing'],
    ['w=8,onerror=nothing', `${PICTURES}gone.png`, 'bad_option'],
  ])('does not hide errors of the request: %s of %s is %s', async (plan, source, code) => {
    const response = await service().ask(`/t/${plan}/${source}`);
    expect(response.headers.get('x-error')).toBe(code);
    expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it('does not hide a missing signature', async () => {
    const { ask } = service({ SIGNING_KEYS: 'ab:cd' });
    const response = await ask(`/t/w=8,onerror=placeholder/${PICTURES}gone.png`);
    expect([response.status, response.headers.get('x-error')]).toEqual([403, 'bad_signature']);
  });

  it('does not change a successful answer or its cache key', async () => {
    const { ask, keys } = service();
    const plain = await ask(`/t/w=8,f=png/${PICTURES}sound.png`);
    for (const onerror of ['placeholder', 'redirect']) {
      const response = await ask(`/t/w=8,f=png,onerror=${onerror}/${PICTURES}sound.png`);
      expect([response.status, ...failure(response)]).toEqual([200, null, null]);
      expect(response.headers.get('etag')).toBe(plain.headers.get('etag'));
    }
    expect(keys()).toHaveLength(1);
  });

  it('is counted as a failure', async () => {
    const { ask } = service();
    await ask(`/t/w=8,onerror=placeholder/${PICTURES}gone.png`);
    const metrics = await (await ask('/metrics')).text();
    expect(metrics).toMatch(/tessera_requests_total\{route="transform",code="source_missing"\} 1/);
  });
});

describe('the size of a placeholder', () => {
  const sizeOf = (plan: string, most = readConfig({}).MAX_RESULT_PIXELS) => {
    const { width, height } = placeholderSize(parsePlan(plan.split('/'), effects), most);
    return [width, height];
  };

  it.each([
    ['w=40,h=30', [40, 30]],
    ['w=40,h=30,dpr=2', [80, 60]],
    ['w=40', [40, 30]],
    ['w=63,dpr=1.5', [95, 71]],
    ['h=30', [40, 30]],
    ['f=webp', [320, 240]],
    ['w=999/pixelate/w=40,h=10', [40, 10]],
    ['w=4000,h=1000,fit=cover', [2000, 500]],
    ['w=12000,h=1,dpr=3', [12_000, 3]],
    ['w=1,h=12000', [1, 12_000]],
  ])('of %s is %j', (plan, size) => {
    expect(sizeOf(plan)).toEqual(size);
  });

  it.each([1, 10, 999])('is at most %i pixels', (most) => {
    for (const plan of ['w=12000,h=1', 'w=1,h=12000', 'w=500,h=500', 'f=png']) {
      const [width, height] = sizeOf(plan, most) as [number, number];
      expect(width * height).toBeLessThanOrEqual(most);
      expect(Math.min(width, height)).toBeGreaterThan(0);
    }
  });

  it('leaves the canonical plan without onerror', () => {
    const plan = (text: string) => formatPlan(parsePlan(text.split('/'), effects));
    expect(plan('w=8,onerror=placeholder')).toBe(plan('w=8'));
  });
});

describe('onerror=redirect', () => {
  it.each(failures)(
    'for %s and %s redirects to the source with %s %s',
    async (plan, name, ...told) => {
      const response = await service().ask(`/t/${plan}/onerror=redirect/${PICTURES}${name}`);
      const { headers } = response;
      expect([response.status, headers.get('location')]).toEqual([302, `${PICTURES}${name}`]);
      expect(failure(response)).toEqual(told);
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each([
    ['https://elsewhere.example/x.png', 403, 'source_forbidden'],
    ['http://pictures.example/x.png', 403, 'source_forbidden'],
    ['http://plain.example/x.png', 404, 'source_missing'],
    ['r2:x.png', 404, 'source_missing'],
    ['asset:nope.png', 404, 'source_missing'],
    ['https://pictures.example%2f@elsewhere.example/', 400, 'bad_source'],
  ])('does not redirect elsewhere: %s is %i %s', async (source, status, code) => {
    const { ask } = createInMemoryService({
      codecs,
      objects: {},
      vars: { ALLOWED_SOURCES: `${PICTURES},http://plain.example/` },
    });
    const response = await ask(
      `/t/w=8,onerror=redirect/b64:${Buffer.from(source).toString('base64url')}`,
    );
    expect([response.status, response.headers.get('x-error')]).toEqual([status, code]);
    expect(response.headers.get('location')).toBe(null);
  });
});

describe('a service that is busy', () => {
  it('redirects to the source if the URL says so, and has no placeholder either', async () => {
    const gateLimits = { maxQueued: 0, maxLight: 0, maxWaitMs: 10 };
    const { ask } = createInMemoryService({ codecs, pictures, gateLimits });
    const url = (onerror: string) => `/t/w=8/${onerror}/${PICTURES}sound.png`;
    const redirected = await ask(url('onerror=redirect'));
    expect([redirected.status, ...failure(redirected)]).toEqual([302, '429', 'busy']);
    expect(redirected.headers.get('location')).toBe(`${PICTURES}sound.png`);
    expect((await ask(url('onerror=placeholder'))).status).toBe(429);
    expect((await ask(url('f=png'))).status).toBe(429);
  });
});
