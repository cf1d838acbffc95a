import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rates } from '../../src/cost/rates.ts';
import { paint } from '../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { type ParsedFamily, parseExposition } from '../http/observe/parse-exposition.ts';

let worker: BundledWorker;
let photo: Uint8Array;

beforeAll(async () => {
  const codecs = await loadCodecs();
  const picture = paint({ width: 80, height: 60 }, (x, y) => [3 * x, 4 * y, 128]);
  photo = await codecs.png.encode(picture, { quality: 85 });
  worker = await startBundledWorker();
});

afterAll(() => worker?.close());

const upload = (plan: string): Promise<Response> =>
  worker.fetch(`/t/${plan}`, {
    method: 'POST',
    body: photo as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': 'image/png' },
  });

const done = async (response: Promise<Response>): Promise<number> => {
  const { status, body } = await response;
  await body?.cancel();
  return status;
};

async function metrics(): Promise<Map<string, ParsedFamily>> {
  const response = await worker.fetch('/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return parseExposition(await response.text());
}

/** The sum of a family's samples with these labels. */
const total = (
  families: Map<string, ParsedFamily>,
  name: string,
  labels: Record<string, string> = {},
): number =>
  (families.get(name)?.samples ?? [])
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);

describe('the metrics of a running Worker', () => {
  it('are in the text format, before and after work', async () => {
    const before = await metrics();
    expect(await done(worker.fetch('/t/w=40/sharpen=1/asset:chess.jpg'))).toBe(200);
    expect(await done(worker.fetch('/t/w=40/sharpen=1/asset:chess.jpg'))).toBe(200);
    expect(await done(upload('w=20/pixelate,block=4'))).toBe(200);
    expect(await done(upload('w=0'))).toBe(400);
    const after = await metrics();
    expect([...after.keys()]).toEqual([...before.keys()]);
    const grown = (name: string, labels?: Record<string, string>): number =>
      total(after, name, labels) - total(before, name, labels);
    expect(grown('tessera_requests_total', { route: 'transform', code: '200' })).toBe(2);
    expect(grown('tessera_requests_total', { route: 'upload', code: '200' })).toBe(1);
    expect(grown('tessera_requests_total', { route: 'upload', code: 'bad_option' })).toBe(1);
    expect(grown('tessera_requests_total', { route: 'metrics' })).toBe(1);
    expect(grown('tessera_cache_hits_total', { result: 'miss' })).toBe(1);
    expect(grown('tessera_cache_hits_total', { result: 'hit' })).toBe(1);
    for (const part of ['decode', 'effects', 'encode']) {
      expect(grown('tessera_predicted_seconds_total', { part })).toBeGreaterThan(0);
      expect(grown('tessera_measured_seconds_total', { part })).toBeGreaterThanOrEqual(0);
    }
  });

  it('show which memories are held, and that nothing is running', async () => {
    expect(await done(upload('hybrid,far=asset:bust.jpg'))).toBe(200);
    const families = await metrics();
    const heaps = families.get('tessera_heap_bytes')?.samples ?? [];
    expect(heaps.length).toBeGreaterThan(0);
    const held = heaps.reduce((sum, { value }) => sum + value, 0);
    expect(held).toBeGreaterThan(2 ** 20);
    expect(held).toBeLessThan(128 * 2 ** 20);
    expect(total(families, 'tessera_in_flight')).toBe(0);
    expect(total(families, 'tessera_queue')).toBe(0);
    expect(total(families, 'tessera_busy_total')).toBe(0);
    expect(total(families, 'tessera_lost_total')).toBe(0);
    expect(total(families, 'tessera_reserved_bytes', { account: 'encoded' })).toBe(0);
  });

  it('do not grow with values that clients choose', async () => {
    const count = async (): Promise<number> =>
      [...(await metrics()).values()].reduce((sum, { samples }) => sum + samples.length, 0);
    await done(worker.fetch('/t/unheard-of/asset:chess.jpg'));
    await done(worker.fetch('/first'));
    const before = await count();
    for (let i = 0; i < 20; i++) {
      await done(worker.fetch(`/made-up-${i}`));
      await done(worker.fetch(`/t/unheard-of-${i}/asset:chess.jpg`));
    }
    expect(await count()).toBe(before);
  });

  it('answer no other methods', async () => {
    const response = await worker.fetch('/metrics', { method: 'POST' });
    expect([response.status, response.headers.get('x-error')]).toEqual([405, 'method_not_allowed']);
  });
});

describe('what an answer says of its cost', () => {
  it('is the estimate, the budget, and the time of each part', async () => {
    const response = await upload('w=40/blur=3/pixelate/f=jpeg');
    const [, estimate] = /^estimate=(\d+), budget=2000$/.exec(
      response.headers.get('x-cost') as string,
    ) as RegExpExecArray;
    expect(Number(estimate)).toBeGreaterThan(0);
    const timing = response.headers.get('server-timing') as string;
    const parts = timing
      .split(', ')
      .map((part) => /^(\w+);dur=[\d.]+(?:;desc=est)?$/.exec(part)?.[1]);
    expect(parts).toEqual(['fetch', 'queue', 'decode', 'resize', 'blur', 'pixelate', 'encode']);
    await response.body?.cancel();
  });

  it('is computed from a complete price list', () => {
    for (const [term, price] of Object.entries(rates)) {
      expect(`${term} ${Number.isFinite(price) && price >= 0}`).toBe(`${term} true`);
    }
  });
});
