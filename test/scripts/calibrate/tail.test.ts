// How calibration fits rates to the logs of a deployed Worker.
import { describe, expect, it } from 'vitest';
import { fitTotals, ownerOf } from '../../../scripts/calibrate/fit-totals.ts';
import { readTail } from '../../../scripts/calibrate/tail-pairs.ts';
import { priceOf, type Rates } from '../../../src/cost/rates.ts';
import type { Work } from '../../../src/work.ts';
import { noiseFrom } from '../noise.ts';

const rates: Rates = {
  'request.fixed': 500_000,
  'jpeg.decode.pixels': 20,
  'webp.encode.pixels': 90,
  'resize.source': 16,
  'resize.result': 90,
  'blur.pixels': 70,
  'edges.pixels': 20,
};

/** Requests of several kinds at several sizes. */
function worksOf(count: number): Work[] {
  return Array.from({ length: count }, (_, i) => {
    const pixels = 2e5 * (1 + ((7 * i) % 11));
    const effects: Work[] = [
      { 'resize.source': pixels, 'resize.result': pixels / 4 },
      { 'blur.pixels': pixels },
      { 'edges.pixels': pixels },
      {},
    ];
    return {
      'request.fixed': 1,
      'jpeg.decode.pixels': pixels,
      'webp.encode.pixels': pixels / (1 + (i % 3)),
      ...effects[i % 4],
    };
  });
}

const linesOf = (works: readonly Work[], truth: Rates, noise: number): string => {
  const next = noiseFrom(5);
  return works
    .map((work) => {
      const cpuMs = Math.round(priceOf(work, truth) * Math.exp(noise * next()));
      return JSON.stringify({ event: 'cost', work, cpuMs, predictedMs: priceOf(work, rates) });
    })
    .join('\n');
};

const times = (factor: number, which: (term: string) => boolean): Rates =>
  Object.fromEntries(Object.entries(rates).map(([t, r]) => [t, which(t) ? factor * r : r]));

const fitted = (text: string) => fitTotals(readTail(text, rates).pairs, rates);

describe('rates from a tail', () => {
  it('learn from 50 noisy lines that the machine takes twice as long', () => {
    const twice = times(2, () => true);
    const found = fitted(linesOf(worksOf(50), twice, 0.1));
    expect(found.machine).toBeGreaterThan(1.9);
    expect(found.machine).toBeLessThan(2.1);
    for (const work of worksOf(50)) {
      const ratio = priceOf(work, found.rates) / priceOf(work, twice);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
    }
  });

  it('apply a common factor to terms that no line has', () => {
    const lines = linesOf(
      worksOf(60).filter((work) => !('blur.pixels' in work)),
      times(2, () => true),
      0.1,
    );
    expect(fitted(lines).rates['blur.pixels'] as number).toBeCloseTo(140, -1);
  });

  it('learn from 300 mixed lines that one owner takes twice as long', () => {
    const truth = times(2, (term) => ownerOf(term) === 'blur');
    const found = fitted(linesOf(worksOf(300), truth, 0.1)).rates;
    const off = (term: string): number =>
      Math.abs(Math.log((found[term] as number) / (truth[term] as number)));
    expect(off('blur.pixels')).toBeLessThan(0.1);
    // Half a millisecond is too little to weigh against tens.
    for (const term of Object.keys(truth).filter((t) => t !== 'request.fixed')) {
      expect([term, off(term) < 0.15]).toEqual([term, true]);
    }
  });

  it('do not change without lines, and hardly with one', () => {
    expect(fitTotals([], rates).rates).toEqual(rates);
    const one = fitTotals([{ work: { 'blur.pixels': 1e6 }, cpuMs: 140 }], rates).rates;
    expect(one['edges.pixels']).toBeLessThan(40);
    expect(one['edges.pixels']).toBeGreaterThan(20);
  });
});

describe('readTail', () => {
  const work = { 'blur.pixels': 1e6 };
  const request = { event: 'request', status: 200, predicted: { ms: 70, bytes: 1, work } };
  const item = (fields: object, message: unknown = JSON.stringify(request)) => ({
    outcome: 'ok',
    cpuTime: 75,
    logs: [{ message: [message] }],
    ...fields,
  });

  it('reads lines of the Tail Worker and items of wrangler tail, indented or not', () => {
    const text = [
      JSON.stringify({ event: 'cost', work, cpuMs: 80 }),
      JSON.stringify(item({}), null, 2),
      JSON.stringify(item({ cpuTime: 76 })),
    ].join('\n');
    const { pairs, skipped } = readTail(text, rates);
    expect(pairs.map(({ cpuMs }) => cpuMs)).toEqual([80, 75, 76]);
    expect(skipped).toBe(0);
  });

  it.each([
    ['no JSON', 'Connected to tessera, waiting for logs...'],
    ['a broken record', '{"event":"cost","work":{'],
    ['no object', '[1, 2]'],
    ['null', 'null'],
    ['no counted work', JSON.stringify({ event: 'cost', cpuMs: 9 })],
    ['empty work', JSON.stringify({ event: 'cost', work: {}, cpuMs: 9 })],
    ['no CPU time', JSON.stringify({ event: 'cost', work, cpuMs: 0 })],
    ['a text as count', JSON.stringify({ event: 'cost', work: { 'blur.pixels': '9' }, cpuMs: 9 })],
    ['a negative count', JSON.stringify({ event: 'cost', work: { 'blur.pixels': -9 }, cpuMs: 9 })],
    ['a term without a rate', JSON.stringify({ event: 'cost', work: { 'old.x': 9 }, cpuMs: 9 })],
    ['a name that every object has', '{"event":"cost","work":{"toString":9},"cpuMs":9}'],
    ['a failed invocation', JSON.stringify(item({ outcome: 'exceededCpu' }))],
    ['a failed request', JSON.stringify(item({}, JSON.stringify({ ...request, status: 422 })))],
    [
      'an answer from the cache',
      JSON.stringify(item({}, JSON.stringify({ ...request, predicted: undefined, cache: 'hit' }))),
    ],
  ])('skips %s and continues', (_, line) => {
    const good = JSON.stringify({ event: 'cost', work, cpuMs: 80 });
    expect(readTail(`${good}\n${line}\n${good}`, rates)).toEqual({
      pairs: [
        { work, cpuMs: 80 },
        { work, cpuMs: 80 },
      ],
      skipped: 1,
    });
  });
});
