import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemsIn, pairsOf, tail } from '../../src/edge/tail.ts';
import { requestLog } from '../../src/http/observe/request-log.ts';

const line = (more: Partial<Parameters<typeof requestLog>[0]> = {}): string =>
  JSON.stringify(
    requestLog({
      id: 'r',
      method: 'GET',
      route: 'transform',
      status: 200,
      ms: 0,
      predicted: { ms: 42.5, bytes: 1e6, work: { 'decode.pixels': 1e6, 'resize.source': 5 } },
      ...more,
    }),
  );

const item = (messages: unknown[][], more: Record<string, unknown> = {}) => ({
  scriptName: 'tessera',
  outcome: 'ok',
  eventTimestamp: 1700000000000,
  event: { request: { url: 'https://t.test/t/w=8/asset:chess.jpg', method: 'GET' } },
  exceptions: [],
  logs: messages.map((message) => ({ timestamp: 1700000000001, level: 'log', message })),
  cpuTime: 55,
  wallTime: 130,
  ...more,
});

const pair = {
  work: { 'decode.pixels': 1e6, 'resize.source': 5 },
  cpuMs: 55,
  predictedMs: 42.5,
};

describe('pairs of predicted and measured cost', () => {
  it('come from the request line, among other lines', () => {
    const noise = [
      ['ready'],
      ['{ not JSON'],
      [],
      [null, 3],
      [JSON.stringify({ event: 'cache_put_failed' })],
    ];
    expect(pairsOf(item([...noise, [line()]]))).toEqual([pair]);
    expect(pairsOf(item([[JSON.parse(line())]]))).toEqual([pair]);
  });

  it.each([
    ['without CPU time', item([[line()]], { cpuTime: undefined })],
    ['of a canceled request', item([[line()]], { outcome: 'canceled' })],
    ['of a failed request', item([[line({ status: 422, code: 'undecodable' })]])],
    ['of an answer from the cache', item([[line({ predicted: undefined })]])],
    ['without work', item([[line({ predicted: { ms: 0, bytes: 0, work: {} } })]])],
    ['of two requests in one invocation', item([[line()], [line()]])],
    ['with a count that is none', item([[line().replace('1000000,"resize', '"x","resize')]])],
    ['without logs', { outcome: 'ok', cpuTime: 3 }],
    ['of nothing', null],
  ])('do not come from an item %s', (_, trace) => {
    expect(pairsOf(trace)).toEqual([]);
  });

  it('are logged, one line for each', () => {
    const lines: string[] = [];
    tail([item([[line()]]), item([]), item([[line()]], { cpuTime: 7 })], (text) =>
      lines.push(text),
    );
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      { event: 'cost', ...pair },
      { event: 'cost', ...pair, cpuMs: 7 },
    ]);
  });

  it('are none if an item has any other shape', () => {
    fc.assert(fc.property(fc.anything(), (value) => pairsOf(value).length === 0));
  });
});

describe('the output of wrangler tail', () => {
  it.each([0, 2])('is read item by item, indented by %i', (indent) => {
    const items = [item([[line()], ['a {\n{ b']]), item([])];
    const text = items.map((one) => `${JSON.stringify(one, null, indent)}\n`).join('');
    expect(itemsIn(text)).toEqual(items);
    expect(itemsIn(text).flatMap(pairsOf)).toEqual([pair]);
  });

  it('may be empty', () => {
    expect(itemsIn('\n')).toEqual([]);
  });

  it('is refused if it contains anything else', () => {
    expect(() => itemsIn('Connected to tessera\n{}\n')).toThrow(SyntaxError);
  });
});
