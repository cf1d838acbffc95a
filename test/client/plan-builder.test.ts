import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { outputNames, stepInputs, stepNames } from '../../src/client/generated/catalogue.ts';
import { readConfig } from '../../src/config.ts';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { planRules } from '../../src/http/catalogue/presets.ts';
import { readPath, readTransform } from '../../src/http/transform/url.ts';
import { outputParams } from '../../src/plan/plan.ts';
import { formatSource, type Source } from '../../src/sources/source.ts';

const client = createClient({ origin: 'https://tessera.example' });
const rules = planRules(readConfig({}), effects);
const read = (url: string, base = '') => readTransform(readPath(url), rules, base);
const sourceOf = (url: string): Source => read(client.from(url).url()).source;

describe('the builder', () => {
  it('has a method for every step, and takes its further images', () => {
    const steps = effects.filter(({ segment }) => segment === 'step');
    expect(stepNames).toEqual(steps.map(({ name }) => name));
    const inputs = steps.filter((step) => step.further.params.length > 0);
    const named = Object.entries(stepInputs).map(([step, of]) => [step, Object.keys(of)]);
    expect(named).toEqual(inputs.map((step) => [step.name, step.further.params]));
    expect(outputNames).toEqual(Object.keys(outputParams));
  });

  it('writes the steps in their order', () => {
    const url = client
      .from('asset:chess.jpg')
      .pixelate({ block: 8, upscale: false })
      .options({ w: 256, fit: 'cover', f: 'webp' })
      .pixelate()
      .url();
    expect(url).toBe(
      'https://tessera.example/t/pixelate,block=8,upscale=false/w=256,fit=cover,f=webp/pixelate/asset:chess.jpg',
    );
    const { plan } = read(url);
    expect(plan.steps.map(({ effect }) => effect.name)).toEqual(['pixelate', 'resize', 'pixelate']);
  });

  it('never changes a plan that it returned', () => {
    const plain = client.from('asset:a.png').options({ w: 8 });
    const before = plain.url();
    plain.pixelate();
    expect(plain.options({}).url()).toBe(before);
    expect(plain.url()).toBe(before);
  });

  it('leaves out what is undefined, and joins lists', () => {
    const { plan } = client
      .upload()
      .pixelate({ palette: ['ff0000', '0f0'], block: undefined })
      .hybrid({ far: 'asset:bust.jpg', align: '0_0_0_0~1_1_1_1' });
    expect(plan).toBe(
      'pixelate,palette=ff0000~0f0/hybrid,far=asset:bust.jpg,align=0_0_0_0~1_1_1_1',
    );
  });

  it('writes numbers as the URL grammar requires', () => {
    const strengths = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1e-7, 5e-324),
    );
    fc.assert(
      fc.property(strengths, (strength) => {
        const { plan } = read(
          client
            .from('asset:a.png')
            .pixelate({ palette: 'auto', dither: 'bayer4', strength })
            .url(),
        );
        expect(plan.steps[0]?.params.strength).toBeCloseTo(strength, 15);
      }),
    );
    expect(() => client.upload().options({ dpr: Number.NaN })).toThrow(/dpr: expected a finite/);
  });

  it('writes any text so that it is read back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (background) => {
        const { url } = client.from('asset:a.png').options({ background });
        expect(new URL(url()).pathname.split('/')).toHaveLength(4);
        const [, value] = /background=([^/]*)\//.exec(url()) ?? [];
        expect(decodeURIComponent(value as string)).toBe(background);
      }),
    );
  });

  it('accepts each output option once', () => {
    const once = client.upload().options({ w: 8, f: 'png' });
    expect(once.options({ w: 4 }).plan).toBe('w=8,f=png/w=4');
    expect(() => once.options({ f: 'webp' })).toThrow(AppError);
    expect(() => once.options({ f: 'webp' })).toThrow(/f: expected once/);
  });

  it('names presets', () => {
    expect(client.from('asset:a.png').preset('small').options({ q: 80 }).plan).toBe('p=small/q=80');
  });

  it('writes further images as base64url of their addresses', () => {
    const far = 'https://a.example/b//c,d~e.png?f=/g#h';
    const url = client.from('asset:a.png').hybrid({ far }).url();
    expect(url).toMatch(/\/hybrid,far=b64:[\w-]+\/asset:a\.png$/);
    const [further] = [...read(url).further.values()] as [Source];
    expect(formatSource(further)).toBe(formatSource(sourceOf(far)));
    const styles = client
      .from('asset:a.png')
      .style({ style: [far, 'asset:b.png', new URL('https://c.example/')] });
    expect([...read(styles.url()).further.keys()]).toHaveLength(3);
  });

  it('writes names that a parameter accepts as they are', () => {
    const url = client
      .from('asset:a.png')
      .style({ style: ['wave', 'starry'], styleWeights: [1, 3] })
      .url();
    expect(url).toContain('/style,style=wave~starry,styleWeights=1~3/');
    expect(read(url).further.size).toBe(0);
  });

  it('has no source in the plan of an upload, whose further images may be parts', () => {
    expect(client.upload().hybrid().url()).toBe('https://tessera.example/t/hybrid');
    expect(client.upload().source).toBeUndefined();
  });
});

describe('a source', () => {
  it.each([
    ['https://a.example/b/c.jpg?d=1&e=%2F', 'https://a.example/b/c.jpg?d=1&e=%2F'],
    ['https://a.example:8080/ü.jpg#top', 'https://a.example:8080/%C3%BC.jpg'],
    ['https://a.example/?', 'https://a.example/'],
    ['asset:chess.jpg', 'asset:chess.jpg'],
    ['b64:aHR0cHM6Ly9hLmV4YW1wbGUv', 'b64:aHR0cHM6Ly9hLmV4YW1wbGUv'],
    ['r2:photos/1.jpg', 'r2:photos/1.jpg'],
  ])('%s stays readable', (source, text) => {
    expect(client.from(source).url()).toBe(`https://tessera.example/t/${text}`);
  });

  it.each([
    'https://a.example/b//c.jpg',
    'https://a.example/?u=http://b.example/',
    'https://a.example/?a[]=1',
    'https://a.example/a|b^c.jpg',
    'r2:a/../b',
    'r2:/a',
    'r2:ä b?.jpg',
    'photos/cat.jpg',
    'w=1/pixelate',
  ])('%s is written in base64url, which no proxy changes', (source) => {
    expect(client.from(source).source).toMatch(/^b64:[\w-]+$/);
    if (source.startsWith('https:'))
      expect(formatSource(sourceOf(source))).toBe(encodeURIComponent(new URL(source).href));
  });

  it('under the source base is read back unchanged', () => {
    const { source } = read(client.from('w=1/ä.jpg').url(), 'https://base.example/in');
    expect(formatSource(source)).toBe(encodeURIComponent('https://base.example/in/w=1/%C3%A4.jpg'));
  });

  it.each([
    '',
    'ftp://a.example/b',
    'data:image/png;base64,AA',
    'https://',
    'javascript:1',
    'https://user:secret@a.example/b',
  ])('%j is refused', (source) => {
    expect(() => client.from(source)).toThrow(AppError);
    expect(() => client.from(source)).not.toThrow(/secret/);
    expect(() => client.upload().hybrid({ far: source })).toThrow(/^far: expected/);
  });

  it('with any address is fetched from exactly that address', () => {
    const parts = fc.constantFrom(
      'a',
      'B',
      '//',
      '/',
      '%2f',
      '%41',
      '?',
      '&',
      '=',
      'ü',
      ' ',
      '~',
      ',',
      '[',
      "'",
      '..',
      '|',
    );
    const address = fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc.array(parts, { maxLength: 10 }).map((all) => `https://a.example/${all.join('')}`),
    );
    fc.assert(
      fc.property(address, (text) => {
        const wanted = new URL(text);
        // Paths that the service refuses.
        fc.pre(!/%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f)/i.test(wanted.pathname));
        fc.pre(wanted.username === '');
        const asked = sourceOf(text);
        if (asked.kind !== 'url') throw new Error('expected an address');
        expect(asked.url.search).toBe(wanted.search);
        expect(asked.url.host).toBe(wanted.host);
        expect(decodeURIComponent(asked.url.pathname)).toBe(decodeURIComponent(wanted.pathname));
        expect(asked.url.pathname.split('/')).toHaveLength(wanted.pathname.split('/').length);
      }),
      { numRuns: 500 },
    );
  });
});
