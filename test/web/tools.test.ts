import { describe, expect, it } from 'vitest';
import { indexAt } from '../../src/web/chain/drag.ts';
import { kindOf } from '../../src/web/controls/kind.ts';
import { eyeAt, pyramid } from '../../src/web/hybrid/eye.ts';
import { FIRST, pairsText, readPairs } from '../../src/web/hybrid/pairs.ts';
import { addLosses, type History, linePoints, shortNumber } from '../../src/web/jobs/curves.ts';
import { durationText } from '../../src/web/jobs/job-view.ts';
import { savedJob, saveJob } from '../../src/web/jobs/saved.ts';
import { fileName } from '../../src/web/pictures/files.ts';
import { decodedAddress, shownName, typedSource } from '../../src/web/pictures/pictures.ts';
import { coloursIn, enlarged } from '../../src/web/pixels/grid.ts';
import { shareOf } from '../../src/web/styles/blend.ts';
import { catalogue } from './catalogue-of-all.ts';

describe('the viewing distance', () => {
  it('shrinks the picture by its factor, and blurs it the more the further away', () => {
    expect(eyeAt(1)).toEqual({ scale: 1, sigma: 0 });
    expect(eyeAt(4).scale).toBe(0.25);
    expect(eyeAt(8).sigma).toBeGreaterThan(eyeAt(4).sigma);
    expect(pyramid({ width: 400, height: 200 })).toEqual([1, 0.5, 0.25, 0.125]);
    expect(pyramid({ width: 10, height: 10 })).toEqual([]);
  });
});

describe('pairs of points', () => {
  it('are read and written as the parameter takes them', () => {
    const text = pairsText(FIRST.slice(0, 2));
    const { pattern } = catalogue.entry('hybrid')!.parameters.properties.align!;
    expect(text).toMatch(new RegExp(pattern!));
    expect(readPairs(text)).toEqual(FIRST.slice(0, 2));
    expect(readPairs('0.1_0.2_0.3')).toBe(undefined);
    expect(kindOf(catalogue.entry('hybrid')!.parameters.properties.align!).type).toBe('pairs');
  });
});

describe('a grid of pixels', () => {
  const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255, 9, 9, 9, 0]);
  const pixels = { width: 2, height: 2, data };

  it('gives its opaque colours, the most frequent first, unless there are too many', () => {
    expect(coloursIn(pixels, 8)).toEqual(['#ff0000', '#0000ff']);
    expect(coloursIn(pixels, 1)).toBe(undefined);
  });

  it('is enlarged to squares', () => {
    const large = enlarged(pixels, 3);
    expect([large.width, large.height]).toEqual([6, 6]);
    const at = (x: number, y: number) => [
      ...large.data.slice(4 * (6 * y + x), 4 * (6 * y + x) + 4),
    ];
    expect(at(2, 2)).toEqual([255, 0, 0, 255]);
    expect(at(3, 2)).toEqual([0, 0, 255, 255]);
    expect(at(5, 5)).toEqual([9, 9, 9, 0]);
    expect(enlarged(pixels, 1).data).toEqual(data);
  });
});

describe('curves of losses', () => {
  it('keep one point for each step, thin out, and fill their box', () => {
    const history: History = new Map();
    for (let step = 1; step <= 1000; step++)
      addLosses(history, step, { style: 1000 / step, bad: Number.NaN });
    addLosses(history, 1000, { style: 0.5 });
    const points = history.get('style')!;
    expect([...history.keys()]).toEqual(['style']);
    expect(points.length).toBeLessThanOrEqual(241);
    expect(points.at(-1)).toEqual({ step: 1000, loss: 0.5 });
    const box = { width: 100, height: 50, steps: 1000 };
    const line = linePoints(points, box)
      .split(' ')
      .map((point) => point.split(',').map(Number));
    expect(line.at(-1)).toEqual([100, 50]);
    expect(Math.min(...line.map(([, y]) => y!))).toBe(0);
    expect(linePoints([{ step: 1, loss: 3 }], box)).toBe('0.1,25');
  });

  it('have short numbers and durations', () => {
    expect([shortNumber(1234.5), shortNumber(0.00012), shortNumber(0)]).toEqual([
      '1230',
      '1.2e-4',
      '0',
    ]);
    expect([durationText(59.6), durationText(65), durationText(-1)]).toEqual([
      '1 min 0 s',
      '1 min 5 s',
      '0 s',
    ]);
  });
});

describe('what a browser remembers of jobs', () => {
  const storage = (texts: Record<string, string> = {}) => ({
    getItem: (key: string) => texts[key] ?? null,
    setItem: (key: string, text: string) => {
      texts[key] = text;
    },
  });

  it('is the newest twenty, with the token of the submit', () => {
    const kept = storage();
    for (let i = 0; i < 30; i++) saveJob(kept, `work ${i}`, { id: `${i}`, token: `t${i}` });
    expect(savedJob(kept, 'work 9')).toBe(undefined);
    saveJob(kept, 'work 29', { id: '29' });
    expect(savedJob(kept, 'work 29')).toEqual({ id: '29', token: 't29' });
    saveJob(kept, 'work 29', { id: 'other' });
    expect(savedJob(kept, 'work 29')).toEqual({ id: 'other' });
    expect(savedJob(storage({ 'tessera-jobs': '{broken' }), 'work')).toBe(undefined);
  });
});

describe('the name of a picture', () => {
  it('fits into an address, and differs from other names', () => {
    const taken = new Set(['IMG-1.jpg', 'IMG-1-2.jpg']);
    expect(fileName('IMG 1.jpg', (name) => taken.has(name))).toBe('IMG-1-3.jpg');
    expect(fileName('日本', () => false)).toBe('picture');
    expect(fileName(`${'x'.repeat(200)}.png`, () => false)).toHaveLength(60);
  });

  it('is shown in short, also of an address that is encoded', () => {
    const wrapped = typedSource('https://a.example/b/cat.jpg?x=1', 'far');
    expect(wrapped).toMatch(/^b64:/);
    expect(decodedAddress(wrapped)).toBe('https://a.example/b/cat.jpg?x=1');
    expect(shownName(wrapped)).toBe('cat.jpg');
    expect(shownName('asset:chess.jpg')).toBe('chess');
    expect(() => typedSource('javascript:alert(1)')).toThrow(/expected https/);
  });
});

describe('a drag', () => {
  it('ends at the place between the middles of the others', () => {
    expect([
      indexAt(5, [10, 20, 30]),
      indexAt(25, [10, 20, 30]),
      indexAt(99, [10, 20, 30]),
    ]).toEqual([0, 2, 3]);
  });
});

describe('a stand-in for another strength', () => {
  it('is a mix with the original', () => {
    expect([shareOf(1, 0.3), shareOf(0.5, 0.25), shareOf(0.5, 1), shareOf(0, 0.5)]).toEqual([
      0.3, 0.5, 1, 1,
    ]);
  });
});
