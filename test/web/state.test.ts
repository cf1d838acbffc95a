import { describe, expect, it } from 'vitest';
import { blameOf } from '../../src/web/state/blame.ts';
import { createStore } from '../../src/web/state/store.ts';
import {
  newStep,
  type Work,
  withMoved,
  withoutStep,
  withParam,
  withStep,
} from '../../src/web/state/work.ts';
import { catalogue } from './catalogue-of-all.ts';

const work = (...effects: string[]): Work => ({
  source: 'asset:a.jpg',
  steps: effects.map((effect) => newStep(effect)),
  output: {},
});
const names = ({ steps }: Work) => steps.map(({ effect }) => effect);

describe('the store', () => {
  it('undoes and redoes changes, those of one drag together', () => {
    let now = 0;
    const store = createStore(work('blur'), () => now);
    const set = (q: string) => store.change((old) => ({ ...old, output: { q } }), 'q');
    for (const q of ['10', '20', '30']) {
      set(q);
      now += 100;
    }
    now += 5000;
    set('40');
    const seen: unknown[] = [];
    store.listen(({ output }) => seen.push(output));
    store.undo();
    store.undo();
    store.undo();
    store.redo();
    expect(seen).toEqual([{ q: '30' }, {}, { q: '30' }]);
    expect(store.can()).toEqual({ undo: true, redo: true });
    set('50');
    expect(store.can()).toEqual({ undo: true, redo: false });
  });

  it('does nothing for a change that returns the same work', () => {
    const store = createStore(work(), () => 0);
    store.change((old) => old);
    expect(store.can().undo).toBe(false);
  });
});

describe('a chain', () => {
  it('moves, edits and removes steps by their ids', () => {
    const chain = work('blur', 'sepia', 'resize');
    const [blur, sepia] = chain.steps;
    expect(names(withMoved(chain, blur!.id, 2))).toEqual(['sepia', 'resize', 'blur']);
    expect(names(withMoved(chain, sepia!.id, -3))).toEqual(['sepia', 'blur', 'resize']);
    expect(names(withoutStep(chain, sepia!.id))).toEqual(['blur', 'resize']);
    const edited = withStep(chain, blur!.id, (step) => ({
      ...step,
      params: withParam(withParam(step.params, 'blur', '3'), 'x', undefined),
    }));
    expect(edited.steps.map(({ params }) => params)).toEqual([{ blur: '3' }, {}, {}]);
  });
});

describe('the parameters of a step', () => {
  it('keep their places when they are edited', () => {
    const params = withParam({ a: '1', b: '2' }, 'a', '3');
    expect(Object.entries(params)).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
    expect(withParam(params, 'a', undefined)).toEqual({ b: '2' });
  });
});

describe('an error', () => {
  it('is shown at the step that was changed last, else at the one that gives the parameter', () => {
    const chain = work('pixelate', 'pixelate', 'resize');
    const [first, second, size] = chain.steps.map(({ id }) => id);
    const given = withStep(chain, second!, (step) => ({ ...step, params: { block: '0' } }));
    const blame = (param: string, changed?: number) =>
      blameOf({ code: 'bad_option', detail: '', param }, { work: given, changed }, catalogue)?.step;
    expect(blame('block')).toBe(second);
    expect(blame('block', first)).toBe(first);
    expect(blame('block', size)).toBe(second);
    expect(blame('w')).toBe(size);
    expect(blame('q')).toBe('output');
    expect(blame('source')).toBe('source');
    expect(blame('wobble')).toBe(undefined);
  });

  it('is not shown at steps that are switched off', () => {
    const chain = work('pixelate');
    const off = withStep(chain, chain.steps[0]!.id, (step) => ({ ...step, off: true }));
    const problem = { code: 'bad_option', detail: '', param: 'block' };
    expect(blameOf(problem, { work: off, changed: undefined }, catalogue)).toBe(undefined);
  });
});
