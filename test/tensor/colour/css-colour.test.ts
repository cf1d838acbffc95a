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
  '#',
])('%j is no colour', (text) => {
  expect(cssColour(text)).toBeUndefined();
});
