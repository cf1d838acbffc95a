import { describe, expect, it, vi } from 'vitest';
import {
  bytesText,
  cacheWord,
  formatOf,
  msText,
  readCost,
  readStages,
} from '../../src/web/preview/facts.ts';
import { createLive } from '../../src/web/preview/live.ts';
import type { Answer } from '../../src/web/preview/request.ts';
import { FITTED, fitScale, moved, nextScale, placeOf, zoomed } from '../../src/web/preview/view.ts';

describe('the facts of an answer', () => {
  it('are read from its headers', () => {
    const timing =
      'fetch;dur=1.2, decode;dur=3, hybrid;dur=40;desc=est, vectors;dur=2;desc="1 of 2 known (est)"';
    expect(readStages(timing)).toEqual([
      { name: 'fetch', ms: 1.2, estimated: false },
      { name: 'decode', ms: 3, estimated: false },
      { name: 'hybrid', ms: 40, estimated: true },
      { name: 'vectors', ms: 2, estimated: true },
    ]);
    expect(readCost('estimate=31, budget=2000, steps=4')).toEqual({
      cost: { estimate: 31, budget: 2000 },
      chosen: ['steps=4'],
    });
    expect([readStages(null), readCost(null).cost]).toEqual([[], undefined]);
    expect(cacheWord('tessera; hit; ttl=9', false)).toBe('edge cache');
    expect(cacheWord('tessera; fwd=miss', false)).toBe('made now');
    expect(cacheWord('tessera; hit; detail=job', false)).toBe('from a job');
    expect(cacheWord(null, true)).toBe('browser cache');
  });

  it('are written for people', () => {
    expect([bytesText(999), bytesText(1234), bytesText(45_678), bytesText(2_345_678)]).toEqual([
      '999 B',
      '1.2 kB',
      '46 kB',
      '2.3 MB',
    ]);
    expect([msText(12.4), msText(1234), msText(65_000)]).toEqual(['12 ms', '1.2 s', '65 s']);
    expect([formatOf('image/webp'), formatOf('application/json; charset=utf-8')]).toEqual([
      'WEBP',
      'JSON',
    ]);
  });
});

describe('the view of a picture', () => {
  const stage = { width: 800, height: 600 };
  it('fits photos and enlarges small grids by a whole factor', () => {
    expect(fitScale({ width: 1600, height: 600 }, stage)).toBe(0.5);
    expect(fitScale({ width: 300, height: 300 }, stage)).toBe(2);
    expect(fitScale({ width: 64, height: 48 }, stage)).toBe(12);
  });

  it('keeps the point under the pointer when it is zoomed', () => {
    const picture = { width: 400, height: 400 };
    const at = { x: 130, y: -70 };
    const before = placeOf(FITTED, picture, stage);
    const view = zoomed(FITTED, { to: 6, at }, picture, stage);
    const after = placeOf(view, picture, stage);
    const share = (box: typeof before) => (stage.width / 2 + at.x - box.x) / box.width;
    expect(share(after)).toBeCloseTo(share(before), 2);
    expect(after.width).toBe(2400);
  });

  it('never moves the picture out of sight', () => {
    const picture = { width: 400, height: 400 };
    const far = moved({ scale: 1, centre: { x: 0, y: 0 } }, { x: 9999, y: -9999 }, picture, stage);
    const { x, y, height } = placeOf(far, picture, stage);
    expect(x).toBeLessThan(stage.width);
    expect(y + height).toBeGreaterThan(0);
    expect([nextScale(1, 1), nextScale(1, -1), nextScale(0.7, 1), nextScale(32, 1)]).toEqual([
      2, 0.5, 1, 32,
    ]);
  });
});

describe('the live result', () => {
  const picture = (text: string): Answer => ({ kind: 'text', text, facts: {} as never });
  const until = (done: () => boolean) => vi.waitFor(() => expect(done()).toBe(true));

  it('aborts requests that are not wanted any more, and shows the newest answer alone', async () => {
    const signals: AbortSignal[] = [];
    const shown: string[] = [];
    const live = createLive<string>({
      quietMs: 0,
      ask: async (work, signal) => {
        signals.push(signal);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return picture(work);
      },
      begin: () => {},
      show: (answer) => shown.push(answer.kind === 'text' ? answer.text : answer.kind),
    });
    live.update('first');
    live.update('second');
    await until(() => shown.length === 1);
    expect(shown).toEqual(['second']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    live.update('third');
    live.stop();
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(shown).toEqual(['second']);
  });

  it('waits for quiet, asks a busy service again, and reports a failed connection', async () => {
    const answers: (() => Promise<Answer>)[] = [
      async () => ({ kind: 'problem', problem: { code: 'busy', detail: '' }, retryAfter: 0 }),
      async () => picture('made'),
      async () => Promise.reject(new TypeError('no connection')),
    ];
    const shown: Answer[] = [];
    let asked = 0;
    const live = createLive<string>({
      quietMs: 1,
      ask: () => answers[asked++]!(),
      begin: () => {},
      show: (answer) => shown.push(answer),
    });
    for (let i = 0; i < 5; i++) live.update(`change ${i}`);
    await until(() => shown.length === 1);
    expect([asked, shown[0]?.kind]).toEqual([2, 'text']);
    live.update('more', true);
    await until(() => shown.length === 2);
    expect(shown[1]).toMatchObject({ problem: { detail: 'no connection' } });
  });
});
