import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cssColour } from '../../../src/tensor/colour/css-colour.ts';

it.each([
  ['fff', 'ffffff'],
  ['#FFF', 'ffffff'],
  ['#abcd', 'aabbccdd'],
  ['#abcf', 'aabbcc'],
  ['12345678', '12345678'],
  ['white', 'ffffff'],
  ['RebeccaPurple', '663399'],
  ['lightgoldenrodyellow', 'fafad2'],
  ['transparent', '00000000'],
  ['rgb(255,0,0)', 'ff0000'],
  ['rgb(255 0 0)', 'ff0000'],
  ['rgb( 100%, 0%, 50% )', 'ff0080'],
  ['rgb(300, -20, 12.6)', 'ff000d'],
  ['rgba(0,0,0,0)', '00000000'],
  ['rgba(255, 255, 0, 50%)', 'ffff0080'],
  ['rgb(10 20 30 / 0.2)', '0a141e33'],
  ['rgba(255 255 0 100)', 'ffff00'],
  ['rgb(none 255 none)', '00ff00'],
  ['hsl(120deg 75% 25%)', '107010'],
  ['hsl(0, 100%, 50%)', 'ff0000'],
  ['hsla(240,100%,50%,.5)', '0000ff80'],
  ['hsl(-120 100 50)', '0000ff'],
  ['hsl(0.5turn 100% 50%)', '00ffff'],
  ['HSL(200grad 100% 50% / 20%)', '00ffff33'],
  ['hsl(3.14159265rad 100% 50%)', '00ffff'],
  ['hwb(90deg 20% 40%)', '669933'],
  ['hwb(0 60% 60%)', '808080'],
  ['hwb(0 0% 0%)', 'ff0000'],
  // Examples of CSS Color 4.
  ['lab(29.2345% 39.3825 20.0664)', '7d2329'],
  ['lch(52.2345% 72.2 56.2)', 'c65d06'],
  ['oklab(40.101% 0.1147 0.0453)', '7d2329'],
  ['oklch(40.101% 0.12332 21.555)', '7d2329'],
  ['lab(100 0 0)', 'ffffff'],
  ['oklab(1 0% 0% / 0)', 'ffffff00'],
  ['oklch(100% 0 none)', 'ffffff'],
  // Colours that sRGB cannot show are cut off.
  ['oklch(0.5 100% 140)', '008900'],
])('%s is %s', (text, hex) => {
  expect(cssColour(text)).toBe(hex);
});

it.each([
  '',
  'f',
  'ff',
  'fffff',
  'redd',
  '__proto__',
  'rgb()',
  'rgb(1,2)',
  'rgb(1,2,3,4,5)',
  'rgb(1,,3)',
  'rgb(a,b,c)',
  'rgb(1,2,3',
  'url(x)',
  'hsl(1e9 0% 50%)',
  'hsl(10% 0% 50%)',
  'hsl(0deg 0deg 50%)',
  'hwb(0 0%)',
  'lab(50 0 0 0 0)',
  'oklch(0.5 0.1 20px)',
  'color(display-p3 1 0 0)',
  'currentcolor',
  'constructor(1,2,3)',
  '#',
])('%j is no colour', (text) => {
  expect(cssColour(text)).toBeUndefined();
});

it('reads the same grey from every function', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (level) => {
      const share = `${((100 * level) / 255).toFixed(6)}%`;
      const grey = cssColour(`rgb(${level} ${level} ${level})`);
      expect(cssColour(`hsl(77 0% ${share})`)).toBe(grey);
      expect(cssColour(`hwb(33 ${share} ${(100 - (100 * level) / 255).toFixed(6)}%)`)).toBe(grey);
    }),
  );
});
