import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bytesOf,
  makeJpegHeader,
  makeWebp,
  pngChunk,
  pngHeader,
  vp8Header,
  webpChunk,
} from '../helpers/files/make-image-files.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { parseExposition } from '../http/observe/parse-exposition.ts';
import { runtimePids } from './fuzz/try-file.ts';
import { processorMs } from './processor-time.ts';

let worker: BundledWorker;
let strict: BundledWorker;
let photo: Uint8Array;

beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const create = { width: 480, height: 360, channels: 3, background: 'grey', noise } as const;
  photo = await sharp({ create }).jpeg({ quality: 60 }).toBuffer();
  worker = await startBundledWorker();
  strict = await startBundledWorker({
    MAX_SOURCE_PIXELS: '100000',
    MAX_RESULT_PIXELS: '5000',
  });
  // The first request to each Worker starts its isolate.
  for (const { fetch } of [worker, strict]) await (await fetch('/health')).text();
});

afterAll(() => Promise.all([worker?.close(), strict?.close()]));

const upload = (
  to: BundledWorker,
  plan: string,
  body: Uint8Array,
  signal: AbortSignal | null = null,
): Promise<Response> =>
  to.fetch(`/t/${plan}`, {
    method: 'POST',
    signal,
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/x' },
  });

type Problem = { status: number; code: string; detail: string; param?: string };

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as Problem;
};

const headerOfPng = (width: number, height: number, more = {}): Uint8Array =>
  bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader({ width, height, ...more })),
    pngChunk('IDAT'),
    pngChunk('IEND'),
  );
const headerOfWebp = (width: number, height: number): Uint8Array =>
  makeWebp(webpChunk('VP8 ', vp8Header(width, height)));

describe('files that consist of a header', () => {
  it.each<[string, string, Uint8Array, string]>([
    ['a JPEG', 'w=9', makeJpegHeader({ width: 65_535, height: 65_535 }), 'too_many_pixels'],
    ['a PNG', 'w=9', headerOfPng(2 ** 31 - 1, 2 ** 31 - 1), 'too_many_pixels'],
    ['a WebP', 'w=9', headerOfWebp(16_383, 16_383), 'too_many_pixels'],
    ['a PNG without a resize', 'f=webp', headerOfPng(9000, 9000), 'too_many_pixels'],
    [
      'an interlaced PNG of 16 bits',
      'w=9',
      headerOfPng(10_000, 10_000, { bitDepth: 16, interlaced: true }),
      'over_budget',
    ],
    ['a WebP that has to be decoded whole', 'w=9', headerOfWebp(10_000, 10_000), 'over_budget'],
    [
      'a progressive JPEG that has to be decoded whole',
      'w=1500',
      makeJpegHeader({ width: 6000, height: 4000, frame: 0xc2 }),
      'over_budget',
    ],
    [
      'a JPEG of a size that fits',
      'w=9',
      makeJpegHeader({ width: 600, height: 400 }),
      'undecodable',
    ],
    ['a PNG of a size that fits', 'w=9', headerOfPng(600, 400), 'undecodable'],
    ['a WebP of a size that fits', 'w=9', headerOfWebp(600, 400), 'undecodable'],
  ])('%s is judged by the size it claims', async (_, plan, file, code) => {
    const pids = runtimePids();
    const before = processorMs(pids);
    const problem = await problemOf(await upload(worker, plan, file));
    expect([problem.status, problem.code]).toEqual([422, code]);
    expect(processorMs(pids) - before).toBeLessThan(2000);
  });

  it('are refused by the configured limits', async () => {
    const source = await problemOf(await upload(strict, 'w=9', headerOfPng(401, 250)));
    expect([source.code, source.detail]).toEqual([
      'too_many_pixels',
      'expected a source of at most 100000 pixels, got 401×250',
    ]);
    const allowed = headerOfPng(400, 250);
    const result = await problemOf(await upload(strict, 'w=72,h=72,fit=cover', allowed));
    expect([result.code, result.detail]).toEqual([
      'too_many_pixels',
      'expected a result of at most 5000 pixels, got 72×72',
    ]);
    expect((await problemOf(await upload(strict, 'w=50', allowed))).code).toBe('undecodable');
  });
});

describe('work over the budget', () => {
  it('is refused with the number of steps that fits, and that many are accepted', async () => {
    // The files are shorter than what is read before a refusal, so their lengths are known then.
    const ask = (steps: number): Promise<Response> =>
      worker.fetch(`/t/w=64/hybrid,far=asset:bust.jpg,steps=${steps}/f=webp/asset:bust.jpg`);
    const { status, code, param, detail } = await problemOf(await ask(100_000));
    expect([status, code, param]).toEqual([422, 'over_budget', 'steps']);
    const most = Number(/steps ≤ (\d+) fits/.exec(detail)?.[1]);
    expect(most).toBeGreaterThan(1);
    const done = await ask(most);
    expect([done.status, done.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await problemOf(await ask(most + 1))).code).toBe('over_budget');
  });

  it('is refused for memory with the width that fits', async () => {
    const file = makeJpegHeader({ width: 6000, height: 4000, frame: 0xc2 });
    const { detail, param } = await problemOf(await upload(worker, 'w=1500', file));
    expect(detail).toMatch(/expected at most \d+ MB of memory.*estimated at \d+ MB; w ≤ \d+ fits/);
    expect(param).toBe('w');
    const most = Number(/w ≤ (\d+) fits/.exec(detail)?.[1]);
    // The plan is admitted, then the file turns out to have no picture.
    expect((await problemOf(await upload(worker, `w=${most}`, file))).code).toBe('undecodable');
    expect((await problemOf(await upload(worker, `w=${most + 1}`, file))).code).toBe('over_budget');
  });
});

describe('a rush of exclusive work', () => {
  it('is served up to the length of the queue, refused beyond it, and does not starve light work', async () => {
    const stored = '/t/w=40,f=png/asset:chess.jpg';
    await (await worker.fetch(stored)).body?.cancel();
    let rushing = true;
    const watch = async (path: string, check: (response: Response) => void): Promise<number[]> => {
      const times: number[] = [];
      while (rushing) {
        const began = performance.now();
        const response = await worker.fetch(path);
        await response.arrayBuffer();
        times.push(performance.now() - began);
        check(response);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return times;
    };
    const watchers = Promise.all([
      watch('/health', ({ status }) => expect(status).toBe(200)),
      watch(stored, ({ status, headers }) =>
        expect([status, headers.get('cache-status')]).toEqual([
          200,
          expect.stringMatching(/^tessera; hit; ttl=\d+$/),
        ]),
      ),
    ]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const began = performance.now();
        const response = await upload(worker, 'hybrid,far=asset:bust.jpg,steps=10/f=jpeg', photo);
        const size = (await response.arrayBuffer()).byteLength;
        return { response, size, ms: performance.now() - began };
      }),
    );
    rushing = false;
    const [healthy, hits] = await watchers;

    const served = answers.filter(({ response }) => response.status === 200);
    const refused = answers.filter(({ response }) => response.status === 429);
    expect(served.length + refused.length).toBe(60);
    expect(served.length).toBeGreaterThan(3);
    expect(refused.length).toBeGreaterThan(3);
    expect(served.every(({ size }) => size > 1000)).toBe(true);
    for (const { response } of refused) {
      expect(response.headers.get('x-error')).toBe('busy');
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    // Refused requests do not wait for the work in front of them, and light ones hardly.
    const longest = Math.max(...served.map(({ ms }) => ms));
    expect(median(refused.map(({ ms }) => ms))).toBeLessThan(longest / 2);
    expect(healthy.length).toBeGreaterThan(3);
    expect(median(healthy)).toBeLessThan(longest / 8);
    expect(median(hits)).toBeLessThan(longest / 8);
  });

  it('leaves nothing behind, also after clients went away', async () => {
    const plan = 'hybrid,far=asset:bust.jpg,steps=10/f=jpeg';
    const gone = Array.from({ length: 12 }, (_, i) =>
      upload(worker, plan, photo, AbortSignal.timeout(50 * i)).then(
        (response) => response.status,
        () => 'gone',
      ),
    );
    expect((await Promise.all(gone)).filter((one) => one === 'gone').length).toBeGreaterThan(3);
    const values = async (...names: string[]): Promise<(number | undefined)[]> => {
      const families = parseExposition(await (await worker.fetch('/metrics')).text());
      return names.flatMap((name) => families.get(name)?.samples.map(({ value }) => value));
    };
    // Work that has begun runs to its end.
    await expect
      .poll(() => values('tessera_in_flight', 'tessera_queue'), { timeout: 20_000, interval: 200 })
      .toEqual([0, 0, 0, 0]);
    expect(await values('tessera_lost_total')).toEqual([0, 0]);
    // For work this is the size of the WASM memories, which never shrink; for files it is 0.
    expect((await values('tessera_reserved_bytes'))[1]).toBe(0);
    expect((await upload(worker, plan, photo)).status).toBe(200);
  });
});

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
