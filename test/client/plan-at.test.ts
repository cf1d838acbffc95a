import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { exactSize, planAt } from '../../src/client/plan-at.ts';
import { serviceReads } from './service-reads.ts';

const origin = 'https://tessera.example';
const meant = (plan: string): string => serviceReads(`${origin}/t/${plan}/asset:a.png`).plan;

describe('a plan at another size', () => {
  it.each([
    ['', 'w=480', 'w=480'],
    ['pixelate,block=8', 'w=480', 'w=480/pixelate,block=8'],
    [
      'pixelate,block=8/fit=cover,gravity=auto',
      'w=480',
      'pixelate,block=8/fit=cover,gravity=auto,w=480',
    ],
    ['w=400,h=300,fit=cover/sepia', 'w=800', 'w=800,h=600,fit=cover/sepia'],
    ['width=400,height=300', 'w=200', 'w=200,h=150'],
    ['w=400,h=300', 'w=200,h=100', 'w=200,h=100'],
    ['w=400,h=300', 'h=100,w=200', 'w=200,h=100'],
    ['w=3000,h=1', 'w=10', 'w=10,h=1'],
    ['w=400,dpr=2', 'w=500', 'w=500'],
    ['w=400,h=300', 'dpr=2', 'w=400,h=300,dpr=2'],
    ['blur=4/w=400', 'w=500', 'blur=4/w=500'],
    ['w=400/sepia/w=100', 'w=200', 'w=200/sepia/w=100'],
    ['p=card', 'w=200,q=80', 'w=200/p=card,q=80'],
  ])('%s with %s is %s', (plan, changes, result) => {
    expect(planAt(plan, changes)).toBe(result);
  });

  it.each([
    ['w=100,f=png', 'f=webp', 'w=100,f=webp'],
    ['f=png,q=5/w=100/sepia', 'f=webp', 'q=5/w=100/sepia/f=webp'],
    ['sepia/format=png', 'f=webp', 'sepia/f=webp'],
    ['background=rgb(1,2,3)', 'q=50', 'background=rgb(1,2,3),q=50'],
    ['pad=1', 'f=auto,q=9', 'pad=1,f=auto,q=9'],
  ])('%s with the output %s is %s', (plan, changes, result) => {
    expect(planAt(plan, changes)).toBe(result);
  });

  it('has the same other steps, and what it was changed to, for the service', () => {
    const step = fc.constantFrom(
      'sepia,amount=0.5',
      'pixelate,block=8,palette=ff0000~00ff00',
      'hybrid,far=asset:b.jpg',
      'rotate=90,blur=3',
      'w=300,h=200,fit=cover,gravity=0.2x0.3',
      'background=rgb(1,2,3),saturation=2',
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 4 }),
        fc.integer({ min: 1, max: 12000 }),
        (steps, w) => {
          const plan = steps.join('/');
          const changed = planAt(plan, `w=${w},f=webp,q=70`);
          expect(planAt(changed, `w=${w},f=webp,q=70`)).toBe(changed);
          const read = meant(changed);
          expect(read).toContain(`w=${w}`);
          expect(read).toMatch(/f=webp/);
          const others = (text: string) =>
            text.match(/sepia|pixelate|hybrid|rotate|blur|saturation/g);
          expect(others(read)).toEqual(others(plan === '' ? '' : meant(plan)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is known to come out exactly only if its fit says so', () => {
    expect(exactSize('sepia/w=400,h=300,fit=cover')).toEqual({ width: 400, height: 300 });
    for (const plan of ['', 'w=400,fit=cover', 'w=400,h=300', 'w=400,h=300,fit=contain'])
      expect(exactSize(plan)).toBeUndefined();
  });

  it('comes from the builder, which stays as it was', () => {
    const { from } = createClient({ origin });
    const plan = from('asset:a.png').options({ w: 400, h: 300, f: 'png' }).sepia();
    expect(plan.at({ w: 100, f: 'webp' }).plan).toBe('w=100,h=75/sepia/f=webp');
    expect(plan.plan).toBe('w=400,h=300,f=png/sepia');
    expect(plan.at({}).url()).toBe(plan.url());
    expect(() => plan.at({ f: 'webp' }).options({ f: 'png' })).toThrow(/f: expected once/);
  });
});
