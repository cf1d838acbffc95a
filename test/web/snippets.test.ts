import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { picture } from '../../src/client/picture.ts';
import { readConfig } from '../../src/config.ts';
import { effects } from '../../src/effects/index.ts';
import { planRules } from '../../src/http/catalogue/presets.ts';
import { readTransform } from '../../src/http/transform/url.ts';
import { formatPlan } from '../../src/plan/grammar.ts';
import { splitTransformPath } from '../../src/url-text.ts';
import { snippetsOf } from '../../src/web/share/snippets.ts';
import { readPath } from '../../src/web/state/plan-text.ts';
import { catalogue, entries } from './catalogue-of-all.ts';

const origin = 'https://img.example';
const rules = planRules(readConfig({}), effects);
const snippets = (path: string, parts: ReadonlyMap<string, string> = new Map()) => {
  const { work } = readPath(path, catalogue);
  const size = { width: 320, height: 200 };
  const made = snippetsOf(work, { origin, catalogue, size, parts });
  return Object.fromEntries(made.map(({ name, text }) => [name, text]));
};
const meant = (url: string): string => {
  const { plan, source } = readTransform(splitTransformPath(new URL(url)), rules, '');
  return JSON.stringify([formatPlan(plan), source]);
};
/** A candidate of a `srcset`: what its address means, and its descriptor. */
const reading = (candidate: string): string => {
  const [url = '', descriptor = ''] = candidate.split(' ');
  return `${meant(url)} ${descriptor}`;
};
/** What client code computes: a URL, or a plan if its last call is left out. */
const run = (code: string) =>
  new Function('createClient', `${code.replace(/^import.*$/m, '')}\nreturn url;`)(createClient);

describe('what can be copied', () => {
  it('is client code that makes the URL of every example', () => {
    for (const { example } of entries) {
      const { url, client } = snippets(example);
      expect([example, meant(run(client!))]).toEqual([example, meant(url!)]);
    }
  });

  it('is elements whose addresses the service understands', () => {
    const { picture, img } = snippets('w=512/pixelate,palette=ff0000~00ff00/q=80/asset:a.jpg');
    expect(img).toMatch(/^<img src="[^"]+" alt="" width="320" height="200">$/);
    const urls = [...picture!.matchAll(/https:[^\s",]*(?:,[^\s",]+)*/g)].map(([url]) => url);
    expect(urls).toHaveLength(7);
    for (const url of urls) expect(() => meant(url)).not.toThrow();
    expect(picture).toMatch(/<source type="image\/avif"\s+srcset="\S+ 1x,\s+\S+ 2x">/);
    expect(picture).toMatch(/<img [^>]*width="320"\s+height="200"\s+alt="">/);
    const fluid = snippets('grayscale/asset:a.jpg').picture;
    expect(fluid).toMatch(/t\/w=480\/grayscale\S+ 480w,\s+\S+ 960w,\s+\S+ 1440w"\s+sizes="100vw"/);
  });

  it.each([
    ['grayscale/asset:a.jpg', {}],
    ['w=512,h=256,fit=cover/pixelate/q=80/asset:a.jpg', { densities: [1, 2] }],
  ])('is the <picture> of %s that the client makes too', (path, options) => {
    const made = snippets(path);
    const own = picture(run(made.client!.replace('.url()', '')), options);
    const sets = [...made.picture!.matchAll(/srcset="([^"]*)"/g)].map(([, set]) =>
      set!.split(/,\s+/),
    );
    const expected = [...own.sources, own.img].map(({ srcset }) => srcset.split(', '));
    const parts = (list: readonly string[][]): string[] => list.flat().map(reading);
    expect(parts(sets)).toEqual(parts(expected));
  });

  it('names a place for pictures of the device, and the command that sends them', () => {
    const parts = new Map([
      ['far', 'file:you.jpg'],
      ['image', 'asset:me.jpg'],
    ]);
    const { url, curl } = snippets('hybrid,far=local:you.jpg/asset:me.jpg', parts);
    expect(() => meant(url!)).not.toThrow();
    expect(atob(/far=b64:([\w-]+)/.exec(url!)![1]!)).toBe('https://example.com/you.jpg');
    expect(curl).toBe(
      "curl -o picture \\\n  -F far=@you.jpg \\\n  -F image=@me.jpg \\\n  'https://img.example/t/hybrid'",
    );
    expect(snippets("w=9/https://a.example/it's.jpg").curl).toContain("it'\\''s.jpg");
  });
});
