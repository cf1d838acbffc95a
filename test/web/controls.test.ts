import { describe, expect, it } from 'vitest';
import { matches } from '../../src/web/chain/add-dialog.ts';
import { startParams } from '../../src/web/chain/start-params.ts';
import { hexColour } from '../../src/web/controls/colour.ts';
import { kindOf, labelOf, numberText } from '../../src/web/controls/kind.ts';
import { coloursOf, paletteText } from '../../src/web/controls/palette.ts';
import { chosenAfter } from '../../src/web/controls/picture.ts';
import { runsAsJob } from '../../src/web/state/runs-as-job.ts';
import { newStep } from '../../src/web/state/work.ts';
import { catalogue, entries } from './catalogue-of-all.ts';

const all = entries.flatMap(({ name, parameters }) =>
  Object.entries(parameters.properties).map(([param, schema]) => ({ name, param, schema })),
);
const kind = (effect: string, param: string) =>
  kindOf(catalogue.entry(effect)!.parameters.properties[param]!);

describe('the control of a parameter', () => {
  it('is a slider with sensible ends for every number', () => {
    const numbers = all.filter(({ schema }) => JSON.stringify(schema).includes('"maximum"'));
    expect(numbers.length).toBeGreaterThan(60);
    for (const { name, param, schema } of numbers) {
      const made = kindOf(schema);
      if (made.type !== 'range') throw new Error(`${name}.${param} has a ${made.type}`);
      const { min, max, step, least, most } = made.range;
      expect([param, min >= least, max <= most, min < max, step > 0]).toEqual([
        param,
        true,
        true,
        true,
        true,
      ]);
      // More positions than that cannot be told apart on a slider.
      if (param !== 'exp')
        expect([name, param, (max - min) / step <= 2100]).toEqual([name, param, true]);
    }
  });

  it('follows from the schema alone', () => {
    expect(kind('pixelate', 'palette').type).toBe('palette');
    expect(kind('pixelate', 'upscale').type).toBe('switch');
    expect(kind('pixelate', 'cells')).toEqual({
      type: 'choice',
      options: ['mean', 'median', 'mode', 'detail'],
    });
    expect(kind('pixelate', 'block')).toMatchObject({ type: 'range', words: ['auto'] });
    expect(kind('hybrid', 'far')).toMatchObject({ type: 'picture', most: 1 });
    expect(kind('style', 'style')).toMatchObject({ type: 'picture', most: 4 });
    expect(kind('hybrid', 'align').type).toBe('pairs');
    expect(kind('hybrid', 'kernel')).toMatchObject({ range: { step: 2 } });
    expect(kind('border', 'border.color').type).toBe('colour');
    expect(kind('rotate', 'rotate')).toEqual({ type: 'choice', options: ['90', '180', '270'] });
    expect(kind('resize', 'gravity').type).toBe('text');
  });

  it('has swatches for every named palette', () => {
    const palettes = all.filter(({ schema }) => schema.ui?.swatches);
    expect(palettes.map(({ name }) => name)).toEqual(['pixelate', 'pixelart']);
    for (const { schema } of palettes) {
      const made = kindOf(schema);
      const names = made.type === 'palette' ? made.names : [];
      const named = names.filter((name) => !['auto', 'none'].includes(name));
      expect(named).toEqual(Object.keys(schema.ui!.swatches!));
      for (const text of Object.values(schema.ui!.swatches!)) {
        expect(paletteText(coloursOf(text))).toBe(text);
      }
    }
  });

  it('writes numbers without noise, labels in words and colours in six digits', () => {
    expect(numberText(0.1 + 0.2, 0.01)).toBe('0.3');
    expect(numberText(640, 1)).toBe('640');
    expect(labelOf('trim.border.color')).toBe('trim border color');
    expect(labelOf('styleWeights')).toBe('style weights');
    expect([hexColour('f80'), hexColour('#Aa00ff'), hexColour('red')]).toEqual([
      '#ff8800',
      '#aa00ff',
      undefined,
    ]);
  });
});

describe('the catalogue', () => {
  it('says which values make a step a job', () => {
    const work = (params: Record<string, string>, off = false) => ({
      source: 'asset:a.jpg',
      steps: [{ ...newStep('style', params), off }],
      output: {},
    });
    expect(runsAsJob(work({}), catalogue)).toBe(false);
    expect(runsAsJob(work({ engine: 'vgg19' }), catalogue)).toBe(true);
    expect(runsAsJob(work({ engine: 'vgg19' }, true), catalogue)).toBe(false);
  });

  it('gives every effect a thumbnail that is a URL of the service', () => {
    for (const { name, thumbnail } of entries.filter((entry) => entry.name !== 'output')) {
      expect([name, thumbnail]).toEqual([name, expect.stringMatching(/^\/t\/.+\/asset:[\w.]+$/)]);
    }
  });

  it('is searched by words of names, summaries and parameters', () => {
    const found = (words: string) =>
      catalogue.entries.filter((entry) => matches(entry, words)).map(({ name }) => name);
    expect(found('dither palette')).toEqual(['pixelate', 'pixelart']);
    expect(found('HYBR')).toEqual(['hybrid']);
    expect(found('')).toHaveLength(catalogue.entries.length);
    expect(found('wobble')).toEqual([]);
  });

  it('starts a new step as its example shows it, with a second picture that is not the first', () => {
    const start = (effect: string, source: string) =>
      startParams(catalogue.entry(effect)!, { source, steps: [], output: {} }, catalogue.samples);
    expect(start('pixelate', 'asset:bust.jpg')).toEqual({ block: '16' });
    expect(start('brightness', 'asset:bust.jpg')).toEqual({ brightness: '1.4' });
    expect(start('hybrid', 'asset:chess.jpg')).toEqual({ far: 'asset:bust.jpg' });
    expect(start('hybrid', 'asset:bust.jpg').far).not.toBe('asset:bust.jpg');
  });
});

describe('a choice of several pictures', () => {
  it('mixes pictures or names, takes back, and never is empty', () => {
    const use = { most: 3, names: ['wave', 'ink'] };
    expect(chosenAfter('asset:b', ['asset:a'], use)).toEqual(['asset:a', 'asset:b']);
    expect(chosenAfter('asset:a', ['asset:a', 'asset:b'], use)).toEqual(['asset:b']);
    expect(chosenAfter('asset:a', ['asset:a'], use)).toEqual(['asset:a']);
    expect(chosenAfter('wave', ['asset:a', 'asset:b'], use)).toEqual(['wave']);
    expect(chosenAfter('ink', ['wave'], use)).toEqual(['wave', 'ink']);
    expect(chosenAfter('file:x', ['asset:a'], use)).toEqual(['file:x']);
    expect(chosenAfter('d', ['a', 'b', 'c'], use)).toEqual(['b', 'c', 'd']);
    expect(chosenAfter('b', ['a'], { most: 1, names: [] })).toEqual(['b']);
  });

  it('has a small picture for each name', () => {
    const { previews, parameters } = catalogue.entry('style')!;
    expect(Object.keys(previews)).toEqual(parameters.properties.style?.names);
    expect(Object.keys(previews).length).toBeGreaterThan(5);
  });
});
