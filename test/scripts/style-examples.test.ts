import { describe, expect, it } from 'vitest';
import { styleExamples } from '../../scripts/start/style-examples.ts';

const lines = (...models: string[]) => styleExamples('http://localhost:1', models).split('\n');

describe('the style examples that npm start prints', () => {
  it('begin with the fast ones if both of their models are installed', () => {
    expect(lines('fast-style', 'fast-style-predictor', 'vgg19')[0]).toBe(
      'or http://localhost:1/t/w=384/style,style=asset:painting.jpg/asset:landscape.jpg',
    );
    for (const models of [[], ['fast-style'], ['fast-style-predictor', 'vgg19']]) {
      expect(lines(...models)[0]).toContain('npm run models fast-style');
    }
  });

  it('begin with a named style, whose model the project brings along', () => {
    const [first, second] = lines('named-styles');
    expect(first).toBe('or http://localhost:1/t/w=512/style,style=wave/asset:landscape.jpg');
    expect(second).toContain('npm run models fast-style');
  });

  it('show a job with an installed network, or how to install one', () => {
    expect(lines()[1]).toContain('npm run models slim');
    expect(lines('slim')[1]).toContain('engine=slim/');
    expect(lines('slim', 'vgg19')[1]).toContain('engine=vgg19/');
  });
});
