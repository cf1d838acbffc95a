// How calibration fits rates to measured stages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRates, type Sample } from '../../../scripts/calibrate/fit-rates.ts';
import { solveFactors } from '../../../scripts/calibrate/solve-factors.ts';
import { priceOf } from '../../../src/cost/rates.ts';
import { noiseFrom } from '../noise.ts';

const truth = { 'a.pixels': 20, 'a.files': 300_000, 'b.pixels': 7, 'b.cells': 150 };
const wrong = { 'a.pixels': 60, 'a.files': 20_000, 'b.pixels': 7, 'b.cells': 15 };

/** Stages of both owners at several sizes; `noise` is the spread of ln(ms). */
function samplesOf(noise: number, seed = 1): Sample[] {
  const next = noiseFrom(seed);
  return [1e3, 1e4, 1e5, 1e6].flatMap((pixels) =>
    [0.01, 0.1, 1].flatMap((share) =>
      [
        { 'a.pixels': pixels * share, 'a.files': 1 },
        { 'b.pixels': pixels, 'b.cells': pixels * share },
      ].map((work) => ({
        name: JSON.stringify(work),
        work,
        ms: priceOf(work, truth) * Math.exp(noise * next()),
      })),
    ),
  );
}

const off = (rates: Record<string, number>, wanted: Record<string, number>): number =>
  Math.max(
    ...Object.entries(wanted).map(([t, rate]) => Math.abs(Math.log((rates[t] ?? 0) / rate))),
  );

describe('fitRates', () => {
  it('finds the rates behind exact measurements from any start', () => {
    expect(off(fitRates(samplesOf(0), wrong).rates, truth)).toBeLessThan(0.05);
    expect(off(fitRates(samplesOf(0), {}).rates, truth)).toBeLessThan(0.05);
  });

  it('finds them through noise', () => {
    expect(off(fitRates(samplesOf(0.1), wrong).rates, truth)).toBeLessThan(0.25);
  });

  it('is hardly changed by a few disturbed measurements', () => {
    const samples = samplesOf(0.02).map((s, i) => (i % 8 === 3 ? { ...s, ms: 6 * s.ms } : s));
    expect(off(fitRates(samples, truth).rates, truth)).toBeLessThan(0.35);
  });

  it('keeps the rate of a term without measurements, and says so', () => {
    const { rates, unseen, added } = fitRates(samplesOf(0), { ...truth, 'c.pixels': 11 });
    expect(rates['c.pixels']).toBe(11);
    expect(unseen).toEqual(['c.pixels']);
    expect(added).toEqual([]);
  });

  it('gives a rate to a term that has none', () => {
    const { 'b.cells': _, ...known } = truth;
    const { rates, added } = fitRates(samplesOf(0), known);
    expect(added).toEqual(['b.cells']);
    expect(rates['b.cells']).toBeGreaterThan(140);
    expect(rates['b.cells']).toBeLessThan(160);
  });

  it('keeps the proportion of terms that always occur together', () => {
    const samples = [1e4, 1e5].map((n) => ({
      name: String(n),
      work: { 'a.x': n, 'a.y': n },
      ms: (8 * n) / 1e6,
    }));
    const { rates } = fitRates(samples, { 'a.x': 3, 'a.y': 1 });
    expect((rates['a.x'] as number) + (rates['a.y'] as number)).toBeCloseTo(8, 1);
    expect(rates['a.x']).toBeGreaterThan(rates['a.y'] as number);
  });

  it('never gives a negative rate', () => {
    const positive = fc.double({ min: 0.01, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: positive, y: positive, ms: positive }), {
          minLength: 1,
          maxLength: 8,
        }),
        (rows) => {
          const samples = rows.map(({ x, y, ms }, i) => ({
            name: String(i),
            work: { 'a.x': x, 'a.y': y },
            ms,
          }));
          for (const rate of Object.values(fitRates(samples, {}).rates)) {
            expect(rate).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('solveFactors', () => {
  it('weighs ratios symmetrically: a half and a double meet at one', () => {
    const rows = [0.5, 2].map((share) => ({ shares: new Map([['a', share]]), weight: 1 }));
    expect(solveFactors(rows, new Map()).get('a')).toBeCloseTo(1, 2);
  });

  it('holds a factor at one as strongly as its pull says', () => {
    const row = { shares: new Map([['a', 1 / 1.1]]), weight: 1 };
    const free = solveFactors([row], new Map([['a', 0]])).get('a') as number;
    const held = solveFactors([row], new Map([['a', 1]])).get('a') as number;
    expect(free).toBeCloseTo(1.1, 3);
    expect(held).toBeGreaterThan(1.03);
    expect(held).toBeLessThan(1.07);
  });
});
