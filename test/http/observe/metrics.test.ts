import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../src/errors.ts';
import {
  cacheResults,
  createMetrics,
  durationBuckets,
  type Gauges,
  type Metrics,
  workParts,
} from '../../../src/http/observe/metrics.ts';
import { routeOf, routeNames as routes } from '../../../src/http/routes.ts';
import { type ParsedFamily, parseExposition } from './parse-exposition.ts';

const gauges: Gauges = {
  inFlight: { exclusive: 1, light: 3 },
  accounts: {
    work: { queued: 2, bytes: 50e6, refused: 7, lost: 0 },
    encoded: { queued: 1, bytes: 3e6, refused: 5, lost: 1 },
  },
  heaps: { tensors: 16777216, 'jpeg.decode': 2097152 },
};

const family = (metrics: Metrics, name: string): ParsedFamily =>
  parseExposition(metrics.text()).get(name) as ParsedFamily;

const samplesOf = (found: ParsedFamily): [Record<string, string>, number][] =>
  found.samples.map(({ labels, value }) => [labels, value]);

const answer = fc.record({
  route: fc.constantFrom(...routes),
  code: fc.oneof(fc.constantFrom(200, 204, 304, 299, 500), fc.constantFrom(...errorCodes)),
  seconds: fc.oneof(
    fc.double({ min: 0, max: 20, noNaN: true }),
    fc.constantFrom(...durationBuckets),
  ),
});

describe('metrics', () => {
  it('start with every family and the sampled values', () => {
    const metrics = createMetrics(() => gauges);
    const families = parseExposition(metrics.text());
    expect([...families].map(([name, { type }]) => [name, type])).toEqual([
      ['tessera_requests_total', 'counter'],
      ['tessera_request_seconds', 'histogram'],
      ['tessera_in_flight', 'gauge'],
      ['tessera_queue', 'gauge'],
      ['tessera_busy_total', 'counter'],
      ['tessera_lost_total', 'counter'],
      ['tessera_cache_hits_total', 'counter'],
      ['tessera_outside_total', 'counter'],
      ['tessera_jobs_submitted_total', 'counter'],
      ['tessera_jobs_asked_total', 'counter'],
      ['tessera_heap_bytes', 'gauge'],
      ['tessera_reserved_bytes', 'gauge'],
      ['tessera_predicted_seconds_total', 'counter'],
      ['tessera_measured_seconds_total', 'counter'],
    ]);
    expect(samplesOf(families.get('tessera_in_flight') as ParsedFamily)).toEqual([
      [{ weight: 'exclusive' }, 1],
      [{ weight: 'light' }, 3],
    ]);
    expect(samplesOf(families.get('tessera_busy_total') as ParsedFamily)).toEqual([
      [{ account: 'work' }, 7],
      [{ account: 'encoded' }, 5],
    ]);
    expect(samplesOf(families.get('tessera_heap_bytes') as ParsedFamily)).toEqual([
      [{ heap: 'tensors' }, 16777216],
      [{ heap: 'jpeg.decode' }, 2097152],
    ]);
    expect(samplesOf(families.get('tessera_reserved_bytes') as ParsedFamily)).toEqual([
      [{ account: 'work' }, 50e6],
      [{ account: 'encoded' }, 3e6],
    ]);
  });

  it('count every request once, under its route and code, in the bucket of its time', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 60 }), (answers) => {
        const metrics = createMetrics(() => gauges);
        for (const one of answers) metrics.request(one);
        const counted = family(metrics, 'tessera_requests_total').samples;
        for (const { labels, value } of counted) {
          const same = answers.filter(({ route, code }) => {
            const shown = [299, 500].includes(code as number) ? 'other' : String(code);
            return route === labels.route && shown === labels.code;
          });
          expect(value).toBe(same.length);
        }
        expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(answers.length);

        const { samples } = family(metrics, 'tessera_request_seconds');
        for (const route of new Set(answers.map((one) => one.route))) {
          const mine = answers.filter((one) => one.route === route).map(({ seconds }) => seconds);
          const of = (name: string) =>
            samples.filter((s) => s.name.endsWith(name) && s.labels.route === route);
          const buckets = of('_bucket');
          expect(buckets.map(({ labels }) => labels.le)).toEqual([
            ...durationBuckets.map(String),
            '+Inf',
          ]);
          for (const { labels, value } of buckets) {
            const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
            expect(value).toBe(mine.filter((seconds) => seconds <= bound).length);
          }
          expect(of('_count').map(({ value }) => value)).toEqual([mine.length]);
          expect(buckets.at(-1)?.value).toBe(mine.length);
          expect(of('_sum')[0]?.value).toBeCloseTo(
            mine.reduce((a, b) => a + b, 0),
            9,
          );
        }
      }),
    );
  });

  it('do not grow with the recorded values', () => {
    const metrics = createMetrics(() => gauges);
    for (let i = 0; i < 3000; i++) {
      metrics.request({
        route: `route-${i}` as 'other',
        code: (i % 2 === 0 ? i : `code-${i}`) as number,
        seconds: i,
      });
    }
    const { samples } = family(metrics, 'tessera_requests_total');
    expect(samples.every(({ labels }) => labels.route === 'other')).toBe(true);
    expect(new Set(samples.map(({ labels }) => labels.code))).toEqual(
      new Set(['200', '202', '204', '304', 'other']),
    );
  });

  it('add up cache results and work', () => {
    const metrics = createMetrics(() => gauges);
    for (const [i, result] of cacheResults.entries())
      for (let n = 0; n <= i; n++) metrics.cache(result);
    for (const [i, part] of workParts.entries()) {
      metrics.work(part, { predicted: i + 0.25, measured: i });
      metrics.work(part, { predicted: 0.5, measured: 0 });
    }
    expect(samplesOf(family(metrics, 'tessera_cache_hits_total'))).toEqual([
      [{ result: 'hit' }, 1],
      [{ result: 'revalidated' }, 2],
      [{ result: 'miss' }, 3],
    ]);
    expect(samplesOf(family(metrics, 'tessera_predicted_seconds_total'))).toEqual([
      [{ part: 'decode' }, 0.75],
      [{ part: 'effects' }, 1.75],
      [{ part: 'encode' }, 2.75],
    ]);
    expect(samplesOf(family(metrics, 'tessera_measured_seconds_total'))).toEqual([
      [{ part: 'decode' }, 0],
      [{ part: 'effects' }, 1],
      [{ part: 'encode' }, 2],
    ]);
  });

  it('count submits and other requests about jobs separately, by state', () => {
    const metrics = createMetrics(() => gauges);
    metrics.job('submitted', 'queued');
    metrics.job('submitted', 'queued');
    metrics.job('asked', 'failed');
    const counts = (name: string) =>
      samplesOf(family(metrics, name)).filter(([, value]) => value > 0);
    expect(counts('tessera_jobs_submitted_total')).toEqual([[{ state: 'queued' }, 2]]);
    expect(counts('tessera_jobs_asked_total')).toEqual([[{ state: 'failed' }, 1]]);
  });

  it('escape labels so that any text can be read back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', 'é', '}', ' ') }), {
          minLength: 1,
        }),
        (names) => {
          const heaps = Object.fromEntries(names.map((name, i) => [name, i]));
          const metrics = createMetrics(() => ({ ...gauges, heaps }));
          const { samples } = family(metrics, 'tessera_heap_bytes');
          expect(Object.fromEntries(samples.map((s) => [s.labels.heap, s.value]))).toEqual(heaps);
        },
      ),
    );
  });
});

describe('the route of a request', () => {
  it.each([
    ['GET', '/t/w=8/asset:chess.jpg', 'transform'],
    ['HEAD', '/t/x', 'transform'],
    ['POST', '/t/w=8', 'upload'],
    ['OPTIONS', '/t/w=8', 'other'],
    ['DELETE', '/t/w=8', 'other'],
    ['POST', '/v1/jobs', 'submit'],
    ['GET', '/v1/jobs', 'other'],
    ['GET', '/v1/jobs/abc', 'job'],
    ['DELETE', '/v1/jobs/abc', 'job'],
    ['DELETE', '/v1/jobs/abc/result', 'other'],
    ['PUT', '/v1/jobs/abc', 'other'],
    ['GET', '/v1/jobs/abc/events', 'events'],
    ['HEAD', '/v1/jobs/abc/result', 'result'],
    ['GET', '/v1/jobs/abc/preview', 'preview'],
    ['GET', '/v1/jobs/abc/checkpoint', 'other'],
    ['GET', '/v1/jobs/abc/result/', 'other'],
    ['GET', '/v1/effects', 'effects'],
    ['GET', '/openapi.json', 'openapi'],
    ['GET', '/health', 'health'],
    ['POST', '/health', 'other'],
    ['GET', '/metrics', 'metrics'],
    ['GET', '/', 'page'],
    ['GET', '/page/app.js', 'page'],
    ['GET', '/samples/chess.jpg', 'page'],
    ['GET', '/t', 'other'],
    ['GET', '/constructor', 'other'],
  ])('%s %s is %s', (method, path, route) => {
    expect(routeOf(method, path)).toBe(route);
  });

  it('is a name of the list for any request', () => {
    fc.assert(
      fc.property(fc.string(), fc.webPath(), (method, path) => {
        expect(routes).toContain(routeOf(method, path));
      }),
    );
  });
});
