import { describe, expect, it } from 'vitest';
import { ownedBy, priceOf } from '../../../src/cost/rates.ts';
import { effects } from '../../../src/effects/index.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';

const input = { width: 512, height: 512 };
const grid = 'pixelate,columns=128,rows=96';

function costOf(segment: string, size = input) {
  const step = parsePlan([segment], effects).steps[0]!;
  return step.effect.cost(size, step.params, { shrink: 1 });
}

const ms = (segment: string, size = input): number =>
  priceOf(ownedBy('pixelate', costOf(segment, size).work));

describe('the cost of pixelate', () => {
  it('is below 15 ms for an automatic palette with error diffusion on 128×96 cells', () => {
    expect(ms(`${grid},palette=auto,dither=floyd-steinberg`)).toBeLessThan(15);
  });

  it.each([
    [grid, `${grid},upscale=true,palette=mono`],
    [`${grid},palette=mono`, `${grid},palette=nes`],
    [`${grid},palette=pico8`, `${grid},palette=pico8,dither=atkinson`],
    [`${grid},palette=pico8,dither=atkinson`, `${grid},palette=pico8,dither=blue-noise`],
    [`${grid},palette=pico8`, `${grid},palette=auto`],
    [`${grid},palette=auto`, `${grid},palette=auto,colors=256`],
    [`${grid},palette=aa0000~00aa00`, `${grid},palette=aa0000~00aa00~0000aa~aaaaaa`],
    [grid, `${grid},outline=0.1`],
    [grid, `${grid},cells=detail`],
    [`${grid},cells=detail`, `${grid},cells=mode`],
    [`${grid},upscale=false`, grid],
    ['pixelate,block=16,palette=zx', 'pixelate,block=2,palette=zx'],
  ])('of %s is less than of %s', (less, more) => {
    expect(ms(less)).toBeLessThan(ms(more));
  });

  it('grows with the picture, and is counted for single pixels too', () => {
    const plan = 'pixelate,block=4,palette=auto,dither=bayer8,cells=median';
    const sizes = [1, 512, 2048].map((edge) => ({ width: edge, height: edge }));
    const [one, small, large] = sizes.map((size) => ms(plan, size));
    expect(one!).toBeGreaterThan(0);
    expect(large! / small!).toBeGreaterThan(10);
    expect(large! / small!).toBeLessThan(17);
    const [, few, many] = sizes.map((size) => costOf(plan, size).bytes);
    expect(many! / few!).toBeGreaterThan(15);
    expect(many! / few!).toBeLessThan(17);
  });
});
