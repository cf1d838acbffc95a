import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import { plainSegment, segmentsIn } from '../../src/plan/plain-segment.ts';

describe('the text between two slashes', () => {
  it.each([
    ['w=8,f=png', ['w=8,f=png']],
    ['w%3D8%2Fpixelate%2Cblock%3D2', ['w=8', 'pixelate,block=2']],
    ['edges%2F%2Fsepia%2f', ['edges', 'sepia']],
    // An escape of the plan that was encoded as a whole stays one.
    ['background%3Drgb(1%252C2%252C3)%2Fedges', ['background=rgb(1%2C2%2C3)', 'edges']],
    // With plain separators, an encoded slash belongs to a value.
    ['hybrid,far=r2:a%2Fb', ['hybrid,far=r2:a%2Fb']],
    ['', ['']],
  ])('%s is %j', (text, segments) => {
    expect(segmentsIn(text)).toEqual(segments);
  });
});

describe('a segment', () => {
  it.each([
    ['w=50,f=png', 'w=50,f=png'],
    ['w%3D50%2Cf%3Dpng', 'w=50,f=png'],
    ['w%3d50%2cf%3dpng', 'w=50,f=png'],
    ['w%3D50,f%3Dpng', 'w=50,f=png'],
    ['pixelate', 'pixelate'],
    ['pixelate%2Cblock%3D8', 'pixelate,block=8'],
    ['pixelate,block%3D8', 'pixelate,block=8'],
    // A plain separator makes encoded ones part of a name or a value.
    ['w=50%2Cf', 'w=50%2Cf'],
    ['background=rgb(1,2,3),w=5', 'background=rgb(1%2C2%2C3),w=5'],
    ['background=rgb%281,2,3%29,w=5', 'background=rgb%281%2C2%2C3%29,w=5'],
    ['background%3Drgb(1%2C2%2C3)%2Cw%3D5', 'background=rgb(1%2C2%2C3),w=5'],
    ['background%3Drgb(1,2,3)', 'background=rgb(1%2C2%2C3)'],
    ['far=b64:aGk=', 'far=b64:aGk='],
    ['palette%3Dfff~000', 'palette=fff~000'],
    ['%253D', '%253D'],
    ['', ''],
  ])('%s is %s', (given, plain) => {
    expect(plainSegment(given)).toBe(plain);
  });

  it('stays the same once it is plain, and throws nothing but bad_url', () => {
    const piece = fc.constantFrom(
      'w',
      'rgb',
      '=',
      ',',
      '(',
      ')',
      '%2C',
      '%3D',
      '%28',
      '%25',
      '%',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let plain: string;
        try {
          plain = plainSegment(pieces.join(''));
        } catch (error) {
          expect([error instanceof AppError, (error as AppError).code]).toEqual([true, 'bad_url']);
          return;
        }
        expect(plainSegment(plain)).toBe(plain);
      }),
    );
  });

  it('means the same plan however its separators are written', () => {
    const plans = [
      'w=50,h=20,fit=cover,f=png',
      'pixelate,block=8,palette=pico8',
      'w=3,background=rgb(1,2,3)',
    ];
    for (const plan of plans) {
      const text = formatPlan(parsePlan([plan], effects));
      expect(formatPlan(parsePlan([encodeURIComponent(plan)], effects))).toBe(text);
      expect(formatPlan(parsePlan([plan.replaceAll('=', '%3D')], effects))).toBe(text);
    }
  });
});
