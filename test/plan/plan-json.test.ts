import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import { planText } from '../../src/plan/plan-json.ts';

const canonical = (text: string): string => formatPlan(parsePlan(text.split('/'), effects));

describe('a plan as JSON', () => {
  it.each<[unknown[], string]>([
    [[], ''],
    [[{ w: 256, fit: 'cover' }, { pixelate: { block: 8 } }], 'w=256,fit=cover/pixelate,block=8'],
    [[{ edges: {} }, { f: 'png', lossless: true }], 'edges/f=png,lossless=true'],
    [[{ background: 'rgb(1, 2, 3)' }], 'background=rgb(1%2C%202%2C%203)'],
    [[{ w: 8, p: 'small' }], 'p=small,w=8'],
    [[{ hybrid: { far: 'asset:bust.jpg', lr: 0.001 } }], 'hybrid,far=asset:bust.jpg,lr=0.001'],
    [[{ pixelate: { block: 'auto', palette: 'fff~000' } }], 'pixelate,block=auto,palette=fff~000'],
  ])('%j is %s', (plan, text) => {
    expect(planText(plan, effects)).toBe(text);
  });

  it('means what the same plan means in a URL', () => {
    const plan = [{ w: 64, background: 'rgb(1, 2, 3)' }, { vignette: { strength: 0.0000005 } }];
    expect(canonical(planText(plan, effects))).toBe(
      canonical('w=64,background=rgb(1,2,3)/vignette,strength=0.0000005'),
    );
  });

  it.each<[unknown, string, string]>([
    [
      {},
      'bad_body',
      'plan: expected {"w":256} or {"pixelate":{"block":8}} as each of its segments, got an object',
    ],
    [
      'w=8',
      'bad_body',
      'plan: expected {"w":256} or {"pixelate":{"block":8}} as each of its segments, got "w=8"',
    ],
    [{ edges: {}, w: 8 }, 'bad_body', 'plan: expected edges alone in its segment, got an object'],
    [{ edges: 1 }, 'bad_body', 'plan: expected an object of parameters for edges, got 1'],
    [{ paint: {} }, 'unknown_effect', 'got "paint"'],
    [{ w: '8' }, 'bad_option', 'w: expected an integer from 1 to 12000, got "8"'],
    [{ w: null }, 'bad_option', 'w: expected an integer from 1 to 12000, got null'],
    [{ width: 8 }, 'bad_option', 'width: expected a parameter of the options (trim, '],
    [{ f: 'jpg' }, 'bad_option', 'f: expected one of auto, '],
    [{ p: 1 }, 'bad_option', 'p: expected a parameter of the options'],
    [
      { pixelate: { block: 300 } },
      'bad_option',
      'block: expected auto or an integer from 1 to 256, got 300',
    ],
    [{ pixelate: { blok: 3 } }, 'bad_option', 'blok: expected a parameter of pixelate (block, '],
    [{ hybrid: { far: '' } }, 'bad_option', 'far: expected asset:<name> or b64'],
    [{ hybrid: { far: [] } }, 'bad_option', 'got a list'],
  ])('refuses %j', (segment, code, message) => {
    let error: unknown;
    try {
      planText([segment], effects);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe(code);
    expect((error as AppError).message).toContain(message);
  });
});
