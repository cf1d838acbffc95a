// Checks that the hostile suite finds faults: the fuzzer finds planted ones and reproduces them, the soak test tells growth from noise.
import { describe, expect, it } from 'vitest';
import { flatness } from '../../scripts/soak/flatness.ts';
import { createTally } from '../../scripts/soak/tally.ts';
import { probe } from '../../src/codecs/probe/probe.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { makeCorpus, makeSound } from './corpus/corpus.ts';
import { type FuzzTarget, inputOf, runFuzz } from './fuzz/fuzz.ts';
import { isAllowed, outcomeOf } from './judge-answer.ts';

const target = (run: FuzzTarget['run']): FuzzTarget => ({
  name: 'planted',
  seeds: [new Uint8Array(Buffer.from('a sound input, long enough to be changed'))],
  tokens: ['TOKEN'],
  refuses: (error) => error instanceof RangeError,
  run,
});

describe('the fuzzer', () => {
  it('finds an error that is no refusal, with a round that reproduces it', async () => {
    const planted = target((bytes) => {
      if (Buffer.from(bytes).includes('TOKEN')) throw new TypeError('planted');
      throw new RangeError('refused');
    });
    const { findings, rows } = await runFuzz([planted], { seed: 1, rounds: 200 });
    expect(findings.length).toBeGreaterThan(0);
    for (const { round, bytes, problem } of findings) {
      expect(problem).toContain('TypeError: planted');
      expect(Buffer.from(inputOf(planted, 1, round)).toString('base64')).toBe(bytes);
    }
    expect(rows[0]?.refused).toBe((rows[0]?.rounds ?? 0) - findings.length);
  });

  it('finds an input that takes more than a second', async () => {
    const slow = target(() => new Promise((resolve) => setTimeout(resolve, 1050)));
    const { findings } = await runFuzz([slow], { seed: 1, rounds: 1 });
    expect(findings.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^took \d+ ms$/),
    ]);
  });

  it('makes other inputs from another seed', () => {
    const one = target(() => undefined);
    const inputs = (seed: number) =>
      Array.from({ length: 50 }, (_, i) => Buffer.from(inputOf(one, seed, i)).toString('hex'));
    expect(inputs(1)).toEqual(inputs(1));
    expect(new Set([...inputs(1), ...inputs(2)]).size).toBeGreaterThan(80);
  });
});

describe('the verdict on an answer', async () => {
  const codecs = await loadCodecs();
  const corpus = await makeCorpus(codecs);
  const { png } = await makeSound(codecs);
  const problem = (status: number, code: string) => ({
    status,
    headers: new Headers({ 'X-Error': code, 'Content-Type': 'application/problem+json' }),
    body: new TextEncoder().encode(JSON.stringify({ status, code })),
  });
  const file = corpus.find(({ name }) => name === 'PNG with a script behind its end');
  if (!file) throw new Error('the corpus lacks a polyglot');

  it('is no picture if hidden data after it is included', () => {
    const picture = { status: 200, headers: new Headers(), body: png };
    expect(outcomeOf(file, picture)).toBe('picture');
    const relayed = { ...picture, body: file.make() };
    expect(isAllowed(file, outcomeOf(file, relayed))).toBe(false);
  });

  it('is no code if the status is 500 or the problem is incomplete', () => {
    expect(outcomeOf(file, problem(422, 'undecodable'))).toBe('undecodable');
    expect(outcomeOf(file, problem(500, 'internal'))).not.toBe('internal');
    expect(outcomeOf(file, { ...problem(422, 'undecodable'), headers: new Headers() })).toMatch(
      /^status 422/,
    );
  });

  it('has files of every group, with unique names', () => {
    const names = corpus.map(({ group, name }) => `${group} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(150);
    expect(probe(png)).toMatchObject({ width: 48, height: 40 });
  });
});

describe('the soak', () => {
  it('reports noise as flat, and a leak as growth', () => {
    const noisy = Array.from({ length: 400 }, (_, i) => 1000 + 40 * Math.sin(i * i));
    expect(Math.abs(flatness(noisy).growth)).toBeLessThan(0.02);
    const leaking = noisy.map((bytes, i) => bytes + 0.5 * i);
    expect(flatness(leaking).growth).toBeGreaterThan(0.05);
    const warming = noisy.map((bytes, i) => bytes - 500 * Math.exp(-i / 20));
    expect(Math.abs(flatness(warming).growth)).toBeLessThan(0.05);
  });

  it('counts wrong answers by case', () => {
    const tally = createTally();
    tally.add('one', 'right', 5);
    tally.add('one', 'WRONG: bytes', 6);
    tally.add('one', 'WRONG: bytes', 9);
    expect(tally.requests()).toBe(3);
    expect(tally.wrong()).toEqual(['2 × one\tWRONG: bytes']);
    expect(tally.table()).toMatch(/one +WRONG: bytes +2 +9/);
  });
});
